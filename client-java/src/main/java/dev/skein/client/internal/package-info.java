/** The client's inside. Not API. */
@NullMarked
package dev.skein.client.internal;

import org.jspecify.annotations.NullMarked;
