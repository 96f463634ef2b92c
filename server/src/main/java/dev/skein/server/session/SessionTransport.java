package dev.skein.server.session;

import dev.skein.proto.error.v1.Error;

/** The stream under a session. Called on the session's loop only; never blocks. */
interface SessionTransport {

    /** Whether it takes more without piling it up. */
    boolean isReady();

    /** Sends a frame; ignored once the stream has ended. */
    void send(FrameBytes frame);

    /** Lets the client's next frames in. */
    void request(int frames);

    /** Ends the stream with a refusal. */
    void fail(Error error);

    /** Ends the stream in peace. */
    void complete();
}
