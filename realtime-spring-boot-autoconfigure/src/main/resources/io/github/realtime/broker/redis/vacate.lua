-- Notes that an instance has no clients on a channel any more.
--
-- KEYS[1] the instances that have: a set
-- ARGV[1] the instance
-- ARGV[2] 1 if this was tried before, with an unknown outcome
-- returns {1 if none has since then, else 0}

local removed = redis.call('SREM', KEYS[1], ARGV[1])
return { (removed == 1 or ARGV[2] == '1') and redis.call('EXISTS', KEYS[1]) == 0 and 1 or 0 }
