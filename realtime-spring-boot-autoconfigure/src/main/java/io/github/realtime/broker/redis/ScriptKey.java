package io.github.realtime.broker.redis;

/**
 * The keys that scripts work with. Their headers have the same names, in lower case.
 */
enum ScriptKey {

	NUMBERING, HISTORY, STATE, IDEMPOTENCY_KEY, CLAIM, OCCUPANTS, LEASES, HELD_CHANNELS, MEMBER_IDS, MEMBERS,
	MEMBERS_NUMBERING, IDEMPOTENCY_RECORD

}
