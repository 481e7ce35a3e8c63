-- Keeps the list of channels on which an instance holds something, for the case that it dies.
--
-- KEYS[1] see lease.lua
-- KEYS[2] held_channels: a set of channels
-- ARGV[1] instance: its name
-- ARGV[2] action: add or remove a channel, list some, or end the instance
-- ARGV[3] channel: the channel to add or to remove
-- returns up to 500 channels for list, else {}

if ARGV[2] == 'add' then
	redis.call('SADD', KEYS[2], ARGV[3])
elseif ARGV[2] == 'remove' then
	redis.call('SREM', KEYS[2], ARGV[3])
elseif ARGV[2] == 'list' then
	return redis.call('SRANDMEMBER', KEYS[2], 500)
else
	redis.call('DEL', KEYS[2])
	redis.call('ZREM', KEYS[1], ARGV[1], 'dead:' .. ARGV[1])
end
return {}
