-- Notes how far an instance is with what it has begun. If Redis has lost that it was begun, this writes it again.
--
-- KEYS[1] see begin.lua
-- ARGV[1] instance: its name
-- ARGV[2] action: 'go on', 'keep' or 'abandon'
-- ARGV[3] lease_ttl_or_answer: for how many milliseconds it need not go on again; to keep: the answer
-- ARGV[4] record_ttl: for how many milliseconds this is remembered
-- returns {1 if this instance had begun it or nothing was known of it, else 0}

local kept = redis.call('GET', KEYS[1])
if kept and string.match(kept, '^%d+ (%w+)$') ~= ARGV[1] then
	return { 0 }
end
if ARGV[2] == 'abandon' then
	redis.call('DEL', KEYS[1])
elseif ARGV[2] == 'keep' then
	redis.call('SET', KEYS[1], '=' .. ARGV[3], 'PX', ARGV[4])
else
	local time = redis.call('TIME')
	local now = time[1] * 1000 + math.floor(time[2] / 1000)
	redis.call('SET', KEYS[1], string.format('%.0f %s', now + ARGV[3], ARGV[1]), 'PX', ARGV[4])
end
return { 1 }
