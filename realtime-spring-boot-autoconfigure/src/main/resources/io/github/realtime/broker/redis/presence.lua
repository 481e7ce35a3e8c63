-- What the scripts share that are about who is on a channel; it comes before each of them, after server.lua.
-- Those that change it have the ARGV.
--
-- KEYS[1] member_ids: a sorted set of client ids, all with the score 0
-- KEYS[2] members: a hash from client id to <instance>:<stay> <member as JSON>, where the instance is the name
--           of its lease, and the stay begins with one that it keeps, and a colon
-- KEYS[3] members_numbering: how changes are numbered, a hash of
--           last  the number of the last one
--           by    which process of Redis gave it out
-- ARGV[1] publish_command: PUBLISH or SPUBLISH
-- ARGV[2] relay: the pub/sub channel
-- ARGV[3] line_head: what the line has before the member

local function number(last)
	local text = string.format('%.0f', last)
	redis.call('HSET', KEYS[3], 'last', text, 'by', server())
	redis.call('PEXPIRE', KEYS[3], 24 * 60 * 60 * 1000)
	return text
end

-- The number of the last change, or nothing where there is none. A process that took over may have seen fewer: there it
-- is higher than all that were given out before, so that whoever knows one of these learns that something was lost.
local function last()
	local found = redis.call('HMGET', KEYS[3], 'last', 'by')
	if found[1] and found[2] ~= server() then
		local time = redis.call('TIME')
		return number(time[1] * 1000000 + time[2])
	end
	return found[1]
end

local function tell(id, member)
	local time = redis.call('TIME')
	local version = number((last() or time[1] * 1000000 + time[2]) + 1)
	redis.call(ARGV[1], ARGV[2], '!' .. version .. ' ' .. id .. ' ' .. ARGV[3] .. member .. '}')
end

local function remove(id, member)
	redis.call('ZREM', KEYS[1], id)
	redis.call('HDEL', KEYS[2], id)
	tell(id, member)
end
