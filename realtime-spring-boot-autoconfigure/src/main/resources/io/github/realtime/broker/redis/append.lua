-- What the scripts share that append a publication; it comes after channel.lua.
--
-- ARGV[5] history_size: how many entries the history holds at most; 0 for none
-- ARGV[6] history_bytes: how many bytes of JSON
-- ARGV[7] history_ttl: for how many milliseconds
-- ARGV[8] publish_command: PUBLISH or SPUBLISH
-- ARGV[9] relay: the pub/sub channel
-- ARGV[10] line_head: what the line has before the offset
-- ARGV[11] line_end: what it has at its end
-- ARGV[12] excluded_client: the id of the client that does not get it, or ''
-- ARGV[13] idempotency_ttl: for how many milliseconds an idempotency key is kept

local function oldest()
	local entry = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
	return entry[1], tonumber(string.match(entry[1], '%d+$')), #entry[2][2]
end

local function keep(channel, line, excluded)
	local size, bytes, ttl = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
	if size == 0 then
		if channel.bytes > 0 then
			redis.call('DEL', KEYS[2])
			channel.bytes = 0
		end
		return
	end
	local time = now()
	local fields = excluded ~= '' and { 'l', line, 'x', excluded } or { 'l', line }
	redis.call('XADD', KEYS[2], whole(channel.top) .. '-' .. whole(time), unpack(fields))
	local length = redis.call('XLEN', KEYS[2])
	if length == 1 then
		channel.bytes, channel.due = #line, time + ttl
	else
		channel.bytes = channel.bytes + #line
	end
	while length > 1 and (length > size or channel.bytes > bytes or channel.due <= time) do
		local id, since, weight = oldest()
		if length <= size and channel.bytes <= bytes and since + ttl > time then
			channel.due = since + ttl
		else
			redis.call('XDEL', KEYS[2], id)
			length = length - 1
			channel.bytes = channel.bytes - weight
		end
	end
	redis.call('PEXPIRE', KEYS[2], ttl)
end

-- Numbers a publication, keeps it in the history, and sends it to every instance that listens.
local function append(channel, body)
	if string.match(channel.term, '^%x+') ~= server() then
		beginTerm(channel)
	end
	channel.top = channel.top + 1
	local offset = whole(channel.top)
	local line = ARGV[10] .. offset .. body .. ARGV[11]
	keep(channel, line, ARGV[12])
	redis.call('HSET', KEYS[1], 'top', offset, 'bytes', channel.bytes, 'due', whole(channel.due), 'size', channel.size,
		'term', channel.term)
	keepNumbering(channel)
	redis.call(ARGV[8], ARGV[9],
		channel.epoch .. ' ' .. offset .. ' ' .. channel.term .. ' ' .. ARGV[12] .. ' ' .. line)
end
