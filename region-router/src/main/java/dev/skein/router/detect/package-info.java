/**
 * Failure detection without I/O: how suspicious one member's silence is ({@link dev.skein.router.detect.ArrivalWindow}), what
 * follows for the member ({@link dev.skein.router.detect.MemberWatch}), and when a whole region is condemned
 * ({@link dev.skein.router.detect.RegionTribunal}). Times come in as arguments; the router's thread owns the state.
 */
@NullMarked
package dev.skein.router.detect;

import org.jspecify.annotations.NullMarked;
