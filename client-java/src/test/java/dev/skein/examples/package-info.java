/**
 * How applications use the client; the documentation quotes these. They run against the in-memory cluster, so that they stay true. Start with
 * {@link dev.skein.examples.ExamplesIT}.
 */
@NullMarked
package dev.skein.examples;

import org.jspecify.annotations.NullMarked;
