package dev.skein.replication;

import dev.skein.core.Checks;
import java.time.Duration;

/**
 * When a node takes its disk for sick.
 *
 * @param stallAfter a write or sync that takes so long is a stall: the node gives its leaderships up. Lower: quicker; too low: a busy disk
 *     costs leaderships
 * @param stallEnd a stall that lasts so long ends the process; zero: none does
 * @param freeBytesMin with less room the node takes nothing new in as leader
 */
public record DiskRules(Duration stallAfter, Duration stallEnd, long freeBytesMin) {

    /** A stall after 1 s, the end after 30 s, 256 MiB. */
    public static final DiskRules STANDARD = new DiskRules(Duration.ofSeconds(1), Duration.ofSeconds(30), 256L << 20);

    public DiskRules {
        Checks.check(stallAfter.toMillis() > 0, "stallAfter", stallAfter, "1 ms or more");
        boolean later = stallEnd.isZero() || stallEnd.compareTo(stallAfter) > 0;
        Checks.check(later, "stallEnd", stallEnd, "more than stallAfter, or zero");
        Checks.check(freeBytesMin > 0, "freeBytesMin", freeBytesMin, "1 or more");
    }

    /** Room from which on the node takes new things in again. */
    public long freeBytesEnough() {
        return freeBytesMin + freeBytesMin / 2;
    }

    /** With less room the node adds nothing to its log, not even for other leaders. */
    public long freeBytesLast() {
        return freeBytesMin / 4;
    }
}
