/**
 * The live post: pages whose readers see each other's votes and comments at once.
 */
@NullMarked
package io.github.realtime.sample;

import org.jspecify.annotations.NullMarked;
