/**
 * The edge as applications meet it: published SDKs, as their authors released them, against a cluster of processes. Each SDK stands behind
 * {@link dev.skein.systemtests.edge.SdkClient}; {@link dev.skein.systemtests.edge.Sdk} lists them. The test's thread leads, SDKs tell
 * what happens on threads of their own, through {@link dev.skein.systemtests.edge.SdkEvents}.
 *
 * <p>Start reading with {@code SdkSystemTest}.
 */
@NullMarked
package dev.skein.systemtests.edge;

import org.jspecify.annotations.NullMarked;
