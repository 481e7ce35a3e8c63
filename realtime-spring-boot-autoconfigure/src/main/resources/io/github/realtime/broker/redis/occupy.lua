-- Notes that an instance has clients on a channel.
--
-- KEYS[1] occupants: a set of the instances that have
-- ARGV[1] instance: its name
-- returns {1 if no other one has, else 0}

redis.call('SADD', KEYS[1], ARGV[1])
return { redis.call('SCARD', KEYS[1]) == 1 and 1 or 0 }
