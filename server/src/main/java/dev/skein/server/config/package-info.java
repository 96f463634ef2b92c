/**
 * The configuration file: one YAML document with a {@code cluster} part that is the same on every node and a {@code node} part.
 * Everything is read once, checked as a whole, and reported together; after that it is immutable and any thread may read it.
 *
 * <p>Start with {@link dev.skein.server.config.SkeinConfig}. {@code Section} walks the YAML and collects what is wrong;
 * {@link dev.skein.server.config.ConfigPrinter} documents every option.
 */
@NullMarked
package dev.skein.server.config;

import org.jspecify.annotations.NullMarked;
