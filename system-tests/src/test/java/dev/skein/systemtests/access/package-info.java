/**
 * Access control as applications meet it: the Java client and the commands against nodes of this JVM. Start with
 * {@code AccessClientIT}; what the wire says is tested with the server.
 */
@NullMarked
package dev.skein.systemtests.access;

import org.jspecify.annotations.NullMarked;
