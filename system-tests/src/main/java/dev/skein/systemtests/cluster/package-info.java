/**
 * Clusters inside one JVM for integration tests, told as a story, and the one way to wait in a test. The test's thread owns a
 * cluster. Start reading with {@link dev.skein.systemtests.cluster.ClusterRecipe}.
 */
@NullMarked
package dev.skein.systemtests.cluster;

import org.jspecify.annotations.NullMarked;
