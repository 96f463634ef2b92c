/** What the web console shows: the cluster as this node sees it, once a second, and what has happened lately. Knows no transport. */
@NullMarked
package dev.skein.server.console;

import org.jspecify.annotations.NullMarked;
