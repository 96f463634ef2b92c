package dev.skein.client;

import java.time.Instant;

/** Where a subscription starts. */
public sealed interface StartPoint {

    /** After everything acknowledged before the subscription. */
    record Latest() implements StartPoint {}

    /** After this position; the epoch is checked. */
    record After(Position position) implements StartPoint {}

    /** At this serial of the present epoch; 1 is the beginning. */
    record AtSerial(long serial) implements StartPoint {

        public AtSerial {
            Args.check(serial >= 1, "serial", serial, "1 or more");
        }
    }

    /** With the last messages, this many at most. */
    record Last(int messages) implements StartPoint {

        public Last {
            Args.check(messages >= 1, "lastMessages", messages, "1 or more");
        }
    }

    /** At the first message whose time isn't before this. */
    record Since(Instant time) implements StartPoint {

        public Since {
            Args.check(time.toEpochMilli() > 0, "since", time, "after 1970");
        }
    }

    /** After the position in a token. */
    record Resume(ResumeToken token) implements StartPoint {}
}
