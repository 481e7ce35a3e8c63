-- Publishes a message.
--
-- KEYS[1..3] see channel.lua
-- KEYS[4] idempotency_key: epoch and offset that its first use got; left out if there is none
-- ARGV[1..4] see channel.lua
-- ARGV[5..13] see append.lua
-- returns {epoch, offset, term, or '' if that is not known any more}

if KEYS[4] then
	local epoch, offset = string.match(redis.call('GET', KEYS[4]) or '', '^(%w+) (%d+)')
	if epoch then
		return { epoch, tonumber(offset), '' }
	end
end

local channel = open()
append(channel, '')
if KEYS[4] then
	redis.call('SET', KEYS[4], channel.epoch .. ' ' .. whole(channel.top), 'PX', ARGV[13])
end
return { channel.epoch, channel.top, channel.term }
