-- Reads a part of a channel's history together with the channel's top, or the state if that part is gone.
--
-- KEYS[1..3] see channel.lua
-- ARGV[1..4] see channel.lua
-- ARGV[5] since_epoch: the epoch of the position to read on from, or '' to read the newest entries
-- ARGV[6] since_offset: its offset
-- ARGV[7] limit: how many entries at most
-- ARGV[8] history_ttl: for how many milliseconds an entry counts
-- ARGV[9] listened: 1 if somebody listens to the channel, so that its numbering has to be kept
-- ARGV[10] with_state: 1 to read the state too if there is no position to read on from or something is missing after it
-- returns {epoch, top, term, 1 if nothing is missing before the entries else 0,
--   if the state was read a list of each key and its value as it is stored, else nothing,
--   then for each entry its offset, the id of the client that does not get it or '', and the line}

local channel = open()
local since, limit = tonumber(ARGV[6]), tonumber(ARGV[7])
local result = { channel.epoch, channel.top, channel.term, 1, false }

if ARGV[9] == '1' and redis.call('PTTL', KEYS[1]) < (channel.top > 0 and NUMBERING_TTL or UNUSED_TTL) / 2 then
	keepNumbering(channel)
end

local function add(entry)
	result[#result + 1] = tonumber(string.match(entry[1], '^%d+'))
	result[#result + 1] = entry[2][4] or ''
	result[#result + 1] = entry[2][2]
end

local function isExpired(entry)
	return tonumber(string.match(entry[1], '%d+$')) + tonumber(ARGV[8]) <= now()
end

if ARGV[5] == '' then
	if limit > 0 then
		local entries = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', limit)
		for i = #entries, 1, -1 do
			if not isExpired(entries[i]) then
				add(entries[i])
			end
		end
	end
elseif ARGV[5] ~= channel.epoch or since > channel.top then
	result[4] = 0
elseif since < channel.top then
	local entries = redis.call('XRANGE', KEYS[2], string.format('%.0f', since + 1), '+', 'COUNT', math.max(limit, 1))
	local first = entries[1]
	if not first or tonumber(string.match(first[1], '^%d+')) ~= since + 1 or isExpired(first) then
		result[4] = 0
	elseif limit > 0 then
		for i = 1, #entries do
			add(entries[i])
		end
	end
end
if ARGV[10] == '1' and (ARGV[5] == '' or result[4] == 0) then
	result[5] = redis.call('HGETALL', KEYS[3])
end
return result
