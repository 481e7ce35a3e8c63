/**
 * The broker for several instances: Redis numbers publications, keeps and relays them.
 * Internal.
 */
@NullMarked
package io.github.realtime.broker.redis;

import org.jspecify.annotations.NullMarked;
