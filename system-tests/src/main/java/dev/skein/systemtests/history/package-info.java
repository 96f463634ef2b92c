/**
 * What clients and replicas of a cluster have seen, in compact tables, for the checkers to judge afterwards. Any thread may record; the
 * checkers read when nobody records any more. Start reading with {@link dev.skein.systemtests.history.History}.
 */
@NullMarked
package dev.skein.systemtests.history;

import org.jspecify.annotations.NullMarked;
