package dev.skein.client;

/** Hears who comes and goes. Called on the callback executor, one call at a time. */
@FunctionalInterface
public interface MemberListener {

    /** A member did something; in the order in which it happened. */
    void changed(MemberChange change);

    /** What happened between the last change and the next isn't told, because a connection was lost: ask who is there. */
    default void interrupted() {}
}
