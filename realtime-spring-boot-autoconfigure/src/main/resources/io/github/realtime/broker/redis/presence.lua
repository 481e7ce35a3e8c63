-- What the scripts share that change who is on a channel; it stands before each of them.
--
-- KEYS[1] order: a sorted set of client ids, all with the score 0
-- KEYS[2] members: a hash from client id to <instance>:<stay> <member as JSON>
-- KEYS[3] the number of the last change
-- ARGV[1] PUBLISH or SPUBLISH
-- ARGV[2] the pub/sub channel
-- ARGV[3] what stands in a line before the member

-- Begins higher than all there was before, should that be lost.
local function tell(id, member)
	if redis.call('EXISTS', KEYS[3]) == 0 then
		local time = redis.call('TIME')
		redis.call('SET', KEYS[3], string.format('%.0f', time[1] * 1000000 + time[2]))
	end
	local version = string.format('%.0f', redis.call('INCR', KEYS[3]))
	redis.call('PEXPIRE', KEYS[3], 24 * 60 * 60 * 1000)
	redis.call(ARGV[1], ARGV[2], '!' .. version .. ' ' .. id .. ' ' .. ARGV[3] .. member .. '}')
end

local function remove(id, member)
	redis.call('ZREM', KEYS[1], id)
	redis.call('HDEL', KEYS[2], id)
	tell(id, member)
end
