package dev.skein.replication;

/**
 * What this node's search for rot has come to since it started.
 *
 * @param passes times that everything was read
 * @param bytes read
 * @param found places that were not what had been written
 * @param repaired how many of them are whole again
 * @param waiting what is not whole yet, in one sentence; empty when everything is
 */
public record ScrubReport(long passes, long bytes, long found, long repaired, String waiting) {

    /** Nothing was read yet. */
    public static final ScrubReport NONE = new ScrubReport(0, 0, 0, 0, "");

    /** For people; empty when nothing was ever found. */
    public String text() {
        if (found == 0 && waiting.isEmpty()) {
            return "";
        }
        String counts = "rot: " + found + " found, " + repaired + " mended";
        return waiting.isEmpty() ? counts : counts + "; " + waiting;
    }
}
