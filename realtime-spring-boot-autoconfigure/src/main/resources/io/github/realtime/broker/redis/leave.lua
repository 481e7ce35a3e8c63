-- Notes that a client has left a channel, or that all of an instance have.
--
-- KEYS[1..3], ARGV[1..3] see presence.lua
-- ARGV[4] client_id: the client's id, '' for all
-- ARGV[5] stay: <instance>:<stay>, or <instance>: for all
-- returns {how many have left}

local left = 0

local function leave(id, stay, member)
	if stay and (ARGV[4] ~= '' and stay == ARGV[5] or ARGV[4] == '' and string.sub(stay, 1, #ARGV[5]) == ARGV[5]) then
		remove(id, member)
		left = left + 1
	end
end

if ARGV[4] ~= '' then
	leave(ARGV[4], string.match(redis.call('HGET', KEYS[2], ARGV[4]) or '', '^(%S+) (.*)$'))
else
	local members = redis.call('HGETALL', KEYS[2])
	for i = 1, #members, 2 do
		leave(members[i], string.match(members[i + 1], '^(%S+) (.*)$'))
	end
end
return { left }
