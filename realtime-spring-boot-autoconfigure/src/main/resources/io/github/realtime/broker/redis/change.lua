-- Changes a channel's state and publishes the change.
--
-- KEYS[1..3] see channel.lua
-- KEYS[4] idempotency_key: what its first use returned; left out if there is none
-- ARGV[1..4] see channel.lua
-- ARGV[5..13] see append.lua
-- ARGV[14] state_bytes: how many bytes the state may have
-- ARGV[15] state_keys: how many keys
-- ARGV[16] state_ttl: for how many milliseconds it is kept after a change, or ''
-- ARGV[17..] edits: any number, of four each
--   set, key, value as JSON, offset after which the key must not have changed or 0 if it has to be absent or ''
--   remove, key, '', as for set
--   increment, key, by, whole if the result has to be a whole number below 2^53, else ''
--   clear, '', '', ''
-- returns {'changed', epoch, offset, term, then for each increment the new value}
--   or {'repeated', …} with what the first one with the idempotency key returned
--   or {'conflict', key, the present value's offset or 0, the present value or ''}
--   or {'refused', reason, key}

local MAX_WHOLE = 9007199254740991

if KEYS[4] then
	local known = redis.call('GET', KEYS[4])
	if known then
		local first = cjson.decode(known)
		first[1] = 'repeated'
		return first
	end
end

local channel = open()
local count = channel.size > 0 and redis.call('HLEN', KEYS[3]) or 0
if count == 0 then
	channel.size = 0
end

local order, changes = {}, {}
local grown

local function present(key)
	local offset, value = string.match(redis.call('HGET', KEYS[3], key) or '', '^(%d+) (.*)$')
	return tonumber(offset), value
end

-- What a key has after the edits so far
local function current(key)
	if changes[key] ~= nil then
		return changes[key]
	end
	local _, value = present(key)
	return value or false
end

local function put(key, value)
	if changes[key] == nil then
		order[#order + 1] = key
	end
	changes[key] = value
end

local function isWhole(number)
	return number == math.floor(number) and math.abs(number) <= MAX_WHOLE
end

local function json(number)
	if isWhole(number) then
		return whole(number + 0) -- not -0
	end
	for digits = 15, 17 do
		local text = string.format('%.' .. digits .. 'g', number)
		if tonumber(text) == number then
			return text
		end
	end
end

local result = { 'changed', '', 0, '' }
for i = 17, #ARGV, 4 do
	local kind, key, value, condition = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
	if kind == 'clear' then
		for _, name in ipairs(redis.call('HKEYS', KEYS[3])) do
			put(name, false)
		end
		for _, name in ipairs(order) do
			changes[name] = false
		end
	elseif kind == 'increment' then
		local before = current(key) or '0'
		local number = string.match(before, '^-?%d') and tonumber(before)
		local after = number and number + tonumber(value)
		if not after or after ~= after or math.abs(after) == math.huge then
			return { 'refused', 'NOT_A_NUMBER', key }
		end
		if condition ~= '' and not (isWhole(number) and isWhole(tonumber(value)) and isWhole(after)) then
			return { 'refused', 'NOT_WHOLE', key }
		end
		put(key, json(after))
		result[#result + 1] = changes[key]
	else
		if condition ~= '' then
			local offset, there = present(key)
			local expected = tonumber(condition)
			if changes[key] ~= nil or (expected == 0 and there) or (expected > 0 and (not there or offset > expected)) then
				return { 'conflict', key, offset or 0, there or '' }
			end
		end
		put(key, kind == 'set' and value or false)
	end
end

if #order == 0 then
	result[2], result[3], result[4] = channel.epoch, channel.top, channel.term
	return result
end

local size = channel.size
for _, key in ipairs(order) do
	local _, before = present(key)
	local after = changes[key]
	local growth = (after and #key + #after or 0) - (before and #key + #before or 0)
	size = size + growth
	count = count + (after and 1 or 0) - (before and 1 or 0)
	grown = growth > 0 and key or grown
end
if grown and count > tonumber(ARGV[15]) then
	return { 'refused', 'TOO_MANY_KEYS', grown }
end
if grown and size > tonumber(ARGV[14]) then
	return { 'refused', 'TOO_LARGE', grown }
end

local offset = whole(channel.top + 1)
local parts = {}
for i, key in ipairs(order) do
	local value = changes[key]
	if value then
		redis.call('HSET', KEYS[3], key, offset .. ' ' .. value)
		parts[i] = '"key":' .. cjson.encode(key) .. ',"value":' .. value
	else
		redis.call('HDEL', KEYS[3], key)
		parts[i] = '"key":' .. cjson.encode(key) .. ',"deleted":true'
	end
end
channel.size = size
if ARGV[16] ~= '' then
	redis.call('PEXPIRE', KEYS[3], ARGV[16])
else
	redis.call('PERSIST', KEYS[3])
end
append(channel, #parts == 1 and ',' .. parts[1] or ',"changes":[{' .. table.concat(parts, '},{') .. '}]')
result[2], result[3], result[4] = channel.epoch, channel.top, channel.term
if KEYS[4] then
	redis.call('SET', KEYS[4], cjson.encode(result), 'PX', ARGV[13])
end
return result
