/**
 * A small cluster in memory that speaks the session grammar as the real one does: contiguous serials, producer sequences, demand. The
 * client's conversation tests run against it. One lock guards everything. Start with {@link dev.skein.client.twin.TwinCluster}.
 */
@NullMarked
package dev.skein.client.twin;

import org.jspecify.annotations.NullMarked;
