-- Claims a task, or gives it back.
--
-- KEYS[1] claim: who does the task
-- ARGV[1] instance: who claims it
-- ARGV[2] claim_ttl: for how many milliseconds, 0 to give it back
-- returns {1 if it is claimed, else 0}

if ARGV[2] ~= '0' then
	return { redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0 }
end
if redis.call('GET', KEYS[1]) == ARGV[1] then
	redis.call('DEL', KEYS[1])
end
return { 0 }
