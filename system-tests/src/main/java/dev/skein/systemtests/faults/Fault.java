package dev.skein.systemtests.faults;

import java.io.IOException;

/** Something that is wrong for a while. One thread calls, in this order: begin, hold, end. */
interface Fault {

    /** Makes it wrong; answers what was done to whom, for people. */
    String begin() throws IOException, InterruptedException;

    /** Lasts until the moment, by {@link System#nanoTime}. */
    default void hold(long untilNanos) throws IOException, InterruptedException {
        Pause.until(untilNanos);
    }

    /** Makes it right again and waits until it is; called even if begin failed half-way. */
    void end() throws IOException, InterruptedException;
}
