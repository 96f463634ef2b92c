package dev.skein.benchmarks.system;

import java.io.IOException;
import java.util.List;

/** A started system. Used by one thread; closing it ends every process. */
public interface RunningTarget extends AutoCloseable {

    /** What the clients of a run are tuned for. */
    enum Aim {
        THROUGHPUT,
        LATENCY
    }

    /** The servers' processes. */
    List<ServerProcess> servers();

    /**
     * A client with connections of its own.
     *
     * @param inFlightMax messages it may have unacknowledged
     */
    TargetClient connect(Aim aim, int inFlightMax) throws IOException;

    /**
     * A client whose subscriptions are streams of their own, all to one server.
     *
     * @param connections that the streams share
     * @throws UnsupportedOperationException when the system has no such thing
     */
    default TargetClient connectStreams(int connections) throws IOException {
        throw new UnsupportedOperationException("no streams");
    }

    /**
     * A client whose subscriptions are WebSockets of their own, all to one server. It only listens.
     *
     * @throws UnsupportedOperationException when the system has no such thing
     */
    default TargetClient connectSockets() throws IOException {
        throw new UnsupportedOperationException("no WebSockets");
    }

    /**
     * A client that hears refusals as the servers say them.
     *
     * @param connections that it publishes over, spread over the servers
     * @throws UnsupportedOperationException when the system has no such thing
     */
    default SectionClient connectSections(int connections, SectionClient.Answers answers) throws IOException {
        throw new UnsupportedOperationException("no sections");
    }

    /** The process that leads the channel's shard now. */
    ServerProcess leaderOf(String channel) throws IOException;

    /** Waits until all servers run, every shard is led and every replica takes part. */
    void awaitWhole() throws IOException;

    @Override
    void close();
}
