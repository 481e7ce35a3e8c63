-- Finds out whether something with an idempotency key was done.
--
-- KEYS[1..4] see change.lua
-- returns {1 if it was, else 0}

return { redis.call('EXISTS', KEYS[4]) }
