package io.github.realtime;

/**
 * A place in a channel's stream.
 *
 * @param epoch names one run of the numbering; positions of different epochs don't
 * compare
 * @param offset the number of a publication within the epoch: the first has 1, each has
 * one more than the one before; 0 is the place before the first
 * @since 0.1.0
 */
public record Position(String epoch, long offset) {

}
