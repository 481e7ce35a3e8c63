/**
 * The wire protocol in Java: its frames and commands as records, their codec, and the
 * rules for names. API for brokers and for clients written in Java; knows no Spring.
 */
@NullMarked
package io.github.realtime.protocol;

import org.jspecify.annotations.NullMarked;
