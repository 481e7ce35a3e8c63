-- Renews the lease of an instance, and finds those whose lease has ended.
--
-- KEYS[1] leases: a sorted set of instances by the time at which their leases end. One whose lease has ended is
--         there as dead:<instance>, until somebody has removed what it left behind
-- ARGV[1] instance: its name
-- ARGV[2] lease_ttl: for how many milliseconds
-- returns {1 if it had none, else 0, then the dead instances to clean up after, which no other instance gets for
--   as long as that lease lasts}

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- Where no lease has lasted it was Redis that was away, so that nobody could renew: each gets another one. The dead among
-- them are found when that ends.
local newest = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
if newest and tonumber(newest) <= now then
	for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
		redis.call('ZADD', KEYS[1], now + ARGV[2], name)
	end
end
local fresh = redis.call('ZSCORE', KEYS[1], ARGV[1]) == false
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
local result = { fresh and 1 or 0 }
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 10)) do
	local dead = string.match(name, '^dead:(.*)$') or name
	redis.call('ZREM', KEYS[1], name)
	redis.call('ZADD', KEYS[1], now + ARGV[2], 'dead:' .. dead)
	result[#result + 1] = dead
end
return result
