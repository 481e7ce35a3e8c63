-- Reads one value of a channel's state.
--
-- KEYS[1..3] see channel.lua
-- ARGV[1] state_key: its key
-- returns {offset of its last change, the value}, or {} if it is absent

local offset, value = string.match(redis.call('HGET', KEYS[3], ARGV[1]) or '', '^(%d+) (.*)$')
return offset and { tonumber(offset), value } or {}
