-- Begins what a client asks for, unless it was begun before.
--
-- KEYS[1] idempotency_record: until when an instance is at it and the name of that instance, or = and the answer
-- ARGV[1] instance: its name
-- ARGV[2] lease_ttl: for how many milliseconds it need not go on again, see answer.lua
-- ARGV[3] record_ttl: for how many milliseconds this is remembered
-- returns {'begun'}, {'awaited'}, {'lost'} or {'given', the answer}

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local kept = redis.call('GET', KEYS[1])
if not kept then
	redis.call('SET', KEYS[1], string.format('%.0f %s', now + ARGV[2], ARGV[1]), 'PX', ARGV[3])
	return { 'begun' }
end
if string.sub(kept, 1, 1) == '=' then
	return { 'given', string.sub(kept, 2) }
end
return { tonumber(string.match(kept, '^%d+')) > now and 'awaited' or 'lost' }
