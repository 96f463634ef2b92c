package dev.skein.client.simulation;

import dev.skein.proto.client.v1.GoAway;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import java.util.ArrayList;
import java.util.List;

/** A node by the protocol: how far it sees, and whether it is there. */
final class ModelNode {

    private final String name;
    private final String region;
    private final SimulatedWorld world;
    private final List<ModelSession> sessions = new ArrayList<>();
    private boolean up = true;
    private int lag;

    ModelNode(String name, String region, SimulatedWorld world) {
        this.name = name;
        this.region = region;
        this.world = world;
    }

    String name() {
        return name;
    }

    String region() {
        return region;
    }

    boolean isUp() {
        return up;
    }

    SimulatedWorld world() {
        return world;
    }

    /** How many of the newest messages it doesn't see yet. */
    int lag() {
        return lag;
    }

    void lag(int messages) {
        lag = messages;
        pump();
    }

    void down() {
        up = false;
        breakAll();
    }

    void up() {
        up = true;
    }

    void breakAll() {
        List.copyOf(sessions).forEach(each -> each.stream().breakUp());
    }

    /** Asks its clients to go. */
    void drain() {
        ServerFrame frame = ServerFrame.newBuilder()
                .setGoAway(GoAway.newBuilder()
                        .setReason(Errors.of(Reason.REASON_DRAINING, "drains"))
                        .setSlotMs(world.random().nextInt(300))
                        .setDeadlineMs(2_000))
                .build();
        sessions.forEach(each -> each.stream().toClient(frame));
        world.time().afterMillis(2_000, this::breakAll);
    }

    ModelSession accept(SimulatedStream stream) {
        ModelSession opened = new ModelSession(this, stream);
        sessions.add(opened);
        return opened;
    }

    void ended(ModelSession session) {
        sessions.remove(session);
    }

    void pump() {
        List.copyOf(sessions).forEach(ModelSession::pump);
    }
}
