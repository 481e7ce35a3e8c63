-- Tells whether something with an idempotency key was done.
--
-- KEYS[4] where the idempotency key is kept
-- returns {1 if it was, else 0}

return { redis.call('EXISTS', KEYS[4]) }
