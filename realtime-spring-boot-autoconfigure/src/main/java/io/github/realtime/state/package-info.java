/**
 * What an application says about the state that clients read and write. API.
 */
@NullMarked
package io.github.realtime.state;

import org.jspecify.annotations.NullMarked;
