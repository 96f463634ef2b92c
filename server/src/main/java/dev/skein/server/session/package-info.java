/**
 * What clients speak: sessions, and the calls without one. A {@link dev.skein.server.session.Session} belongs to one loop and
 * joins a publisher, subscriptions and a transport; {@link dev.skein.server.session.MessagingServices} puts the whole path
 * together and is where to start reading.
 */
@NullMarked
package dev.skein.server.session;

import org.jspecify.annotations.NullMarked;
