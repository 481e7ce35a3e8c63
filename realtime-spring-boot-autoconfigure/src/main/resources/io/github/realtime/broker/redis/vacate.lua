-- Notes that an instance has no clients on a channel any more.
--
-- KEYS[1] occupants: a set of the instances that have
-- ARGV[1] instance: its name
-- ARGV[2] repeated: 1 if this was tried before, with an unknown outcome
-- returns {1 if none has since then, else 0}

local removed = redis.call('SREM', KEYS[1], ARGV[1])
return { (removed == 1 or ARGV[2] == '1') and redis.call('EXISTS', KEYS[1]) == 0 and 1 or 0 }
