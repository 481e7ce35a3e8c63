/**
 * The broker of many instances: Redis numbers, keeps and relays.
 */
@NullMarked
package io.github.realtime.broker.redis;

import org.jspecify.annotations.NullMarked;
