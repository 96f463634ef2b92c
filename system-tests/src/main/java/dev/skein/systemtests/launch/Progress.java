package dev.skein.systemtests.launch;

/** Told what happens while a long step runs. */
@FunctionalInterface
public interface Progress {

    /** One line, without its end. */
    void say(String line);

    /** Nobody listens. */
    static Progress silent() {
        return line -> {};
    }
}
