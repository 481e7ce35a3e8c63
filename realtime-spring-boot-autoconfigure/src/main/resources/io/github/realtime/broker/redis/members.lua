-- Reads who is on a channel.
--
-- KEYS[1..3] see presence.lua
-- ARGV[1] after: the client id after which to read on, or ''
-- ARGV[2] limit: how many at most
-- returns {number of the last change, how many there are, the client id after which the next part begins or '', then
--   each member as JSON}

local limit = tonumber(ARGV[2])
local result = { tonumber(last() or 0), redis.call('ZCARD', KEYS[1]), '' }
if limit > 0 then
	local after = ARGV[1] ~= '' and '(' .. ARGV[1] or '-'
	local ids = redis.call('ZRANGEBYLEX', KEYS[1], after, '+', 'LIMIT', 0, limit + 1)
	if #ids > limit then
		ids[#ids] = nil
		result[3] = ids[#ids]
	end
	for _, id in ipairs(ids) do
		result[#result + 1] = string.match(redis.call('HGET', KEYS[2], id), '^%S+ (.*)$')
	end
end
return result
