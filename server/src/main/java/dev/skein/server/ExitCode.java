package dev.skein.server;

/** What the server process ends with. Scripts depend on the numbers. */
public enum ExitCode {
    /** Stopped as asked. */
    OK(0),
    /** Anything else. */
    FAILED(1),
    /** The configuration or the command line is wrong, or the cluster refuses this configuration. */
    BAD_CONFIGURATION(2),
    /** A port is taken. */
    PORT_IN_USE(3),
    /** The data directory belongs to another node or cluster, is in use, or is damaged. */
    DATA_DIRECTORY_REFUSED(4),
    /** The disk failed, or stood still for too long, under a running node: look at it, then start again. */
    STORAGE_FAILED(5);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The process's exit status. */
    public int number() {
        return number;
    }
}
