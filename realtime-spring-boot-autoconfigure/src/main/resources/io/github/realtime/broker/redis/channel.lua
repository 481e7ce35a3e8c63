-- What the scripts of a channel share; it comes before each of them, after server.lua.
--
-- KEYS[1] numbering: a hash of
--           epoch  the run of the numbering; its name ends with the time at which it began
--           top    the highest offset given out in it
--           term   which process of Redis gives them out, and behind which offset it began to: <process>-<offset>
--           bytes  how much JSON the history holds
--           due    when the oldest entry of the history has to be looked at again
--           size   how many bytes the keys and values of the state have
-- KEYS[2] history: a stream whose entry ids are <offset>-<time>, with the fields
--           l  the line that subscribers get
--           x  the id of the client that does not get it, if there is one
-- KEYS[3] state: a hash from key to <offset of the last change> <value as JSON>
-- ARGV[1] epoch_prefix: what the name of a new epoch begins with, if none exists that can go on
-- ARGV[2] known_epoch: the epoch of the highest position that the caller knows, or ''
-- ARGV[3] known_offset: its offset
-- ARGV[4] known_term: the term in which it was given out, or '' if that is not known
--
-- Times are milliseconds since 1970 by this server's clock.

local NUMBERING_TTL = 24 * 60 * 60 * 1000
-- Of a channel to which nothing was ever sent, so that reading any name costs little
local UNUSED_TTL = 10 * 60 * 1000
-- Hexadecimal ones; enough until 2527
local TIME_DIGITS = 11

local function now()
	local time = redis.call('TIME')
	return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Whether the caller knows of what has never been here, which is what a replica that had seen less, or an old copy of
-- the data, brings: the top is lower; or another process gave out here what the caller knows from elsewhere; or the
-- epoch began earlier, which the end of its name tells.
local function isPast(channel)
	local known = tonumber(ARGV[3])
	local base = tonumber(string.match(channel.term, '%d+$'))
	local forked = ARGV[4] ~= '' and ARGV[4] ~= channel.term and known > base
	return (channel.epoch == ARGV[2] and (known > channel.top or forked))
		or string.sub(channel.epoch, -TIME_DIGITS) < string.sub(ARGV[2], -TIME_DIGITS)
end

local function whole(number)
	return string.format('%.0f', number)
end

local function beginTerm(channel)
	channel.term = server() .. '-' .. whole(channel.top)
end

-- What was true of the state stays so in a new epoch: there its values count as changed by the first publication,
-- which is nowhere in the history.
local function carryOver(channel)
	local state = redis.call('HGETALL', KEYS[3])
	for i = 1, #state, 2 do
		local value = string.match(state[i + 1], '^%d+ (.*)$')
		redis.call('HSET', KEYS[3], state[i], '1 ' .. value)
		channel.size = channel.size + #state[i] + #value
	end
	if #state > 0 then
		channel.top = 1
	end
end

-- The numbering outlives the state.
local function keepNumbering(channel)
	local ttl = channel.top > 0 and NUMBERING_TTL or UNUSED_TTL
	local state = channel.size > 0 and redis.call('PTTL', KEYS[3]) or -2
	if state == -1 then
		redis.call('PERSIST', KEYS[1])
	else
		redis.call('PEXPIRE', KEYS[1], math.max(ttl, state + 1000))
	end
end

-- Finds the channel's numbering, or begins a new one where there is none that can go on.
local function open()
	local found = redis.call('HMGET', KEYS[1], 'epoch', 'top', 'bytes', 'due', 'size', 'term')
	local channel = { epoch = found[1], top = tonumber(found[2] or 0), bytes = tonumber(found[3] or 0),
		due = tonumber(found[4] or 0), size = tonumber(found[5] or 0), term = found[6] }
	if not channel.epoch or isPast(channel) then
		redis.call('DEL', KEYS[1], KEYS[2])
		channel = { epoch = ARGV[1] .. string.format('%0' .. TIME_DIGITS .. 'x', now()), top = 0, bytes = 0, due = 0,
			size = 0 }
		beginTerm(channel)
		carryOver(channel)
		redis.call('HSET', KEYS[1], 'epoch', channel.epoch, 'top', channel.top, 'size', channel.size,
			'term', channel.term)
		keepNumbering(channel)
	end
	return channel
end
