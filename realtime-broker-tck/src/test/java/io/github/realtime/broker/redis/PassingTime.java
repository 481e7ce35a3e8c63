package io.github.realtime.broker.redis;

import java.time.Duration;

import io.github.realtime.testing.RedisServer;

/**
 * Lets time pass for all that a server has: the expiry of keys, the times in the ids of
 * history entries, and what the numbering says of those.
 */
final class PassingTime {

	private static final String SCRIPT = """
			local elapsed = tonumber(ARGV[1])
			for _, key in ipairs(redis.call('KEYS', '*')) do
				local ttl = redis.call('PTTL', key)
				local left = ttl - elapsed
				local kind = redis.call('TYPE', key).ok
				if ttl ~= -1 and left <= 0 then
					redis.call('DEL', key)
				elseif kind == 'stream' then
					local entries = redis.call('XRANGE', key, '-', '+')
					redis.call('DEL', key)
					for _, entry in ipairs(entries) do
						local offset, time = string.match(entry[1], '(%d+)-(%d+)')
						redis.call('XADD', key, offset .. '-' .. string.format('%.0f', time - elapsed), unpack(entry[2]))
					end
				elseif string.match(key, ':numbering$') then
					redis.call('HINCRBY', key, 'due', -elapsed)
				end
				if ttl ~= -1 then
					redis.call('PEXPIRE', key, left)
				end
			end
			""";

	private PassingTime() {
	}

	static void elapse(RedisServer server, Duration time) {
		server.cli("EVAL", SCRIPT, "0", Long.toString(time.toMillis()));
	}

}
