/**
 * The command line: a thin layer over the Java client. Start with {@link dev.skein.cli.SkeinCli}; each command is one class. One thread reads
 * the arguments, calls the client and prints; listeners print from the client's callback threads, one at a time.
 */
@NullMarked
package dev.skein.cli;

import org.jspecify.annotations.NullMarked;
