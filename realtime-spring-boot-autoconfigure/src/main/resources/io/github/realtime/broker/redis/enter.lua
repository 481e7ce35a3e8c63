-- Notes that a client is on a channel.
--
-- KEYS[1..3], ARGV[1..3] see presence.lua
-- ARGV[4] client_id: the client's id
-- ARGV[5] stay: <instance>:<stay>
-- ARGV[6] member: the member as JSON
-- ARGV[7] repeated: 1 if this was tried before, so that another instance may have written something newer
-- returns {1 if it was not there, or another member, else 0; 2 if it was left to another instance}

local stay, before = string.match(redis.call('HGET', KEYS[2], ARGV[4]) or '', '^(%S+) (.*)$')
if stay and ARGV[7] == '1' and string.match(stay, ':([^:]*):') ~= string.match(ARGV[5], ':([^:]*):') then
	return { 2 }
end
redis.call('HSET', KEYS[2], ARGV[4], ARGV[5] .. ' ' .. ARGV[6])
if before == ARGV[6] then
	return { 0 }
end
redis.call('ZADD', KEYS[1], 0, ARGV[4])
tell(ARGV[4], ARGV[6])
return { 1 }
