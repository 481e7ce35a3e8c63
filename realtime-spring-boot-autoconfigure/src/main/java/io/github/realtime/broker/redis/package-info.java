/**
 * The broker of several instances: Redis numbers, keeps and relays. Internal.
 */
@NullMarked
package io.github.realtime.broker.redis;

import org.jspecify.annotations.NullMarked;
