-- Says how far an instance is with what it has begun. Where Redis has lost that it was begun, it learns it anew.
--
-- KEYS[1] see begin.lua
-- ARGV[1] the instance
-- ARGV[2] 'go on', 'keep' or 'abandon'
-- ARGV[3] for how many milliseconds it need not be heard of; to keep: the answer
-- ARGV[4] for how many milliseconds this is remembered
-- returns {1 if it was up to this instance to say, else 0}

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
