package dev.skein.client.internal.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Subscribe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A stream whose other end is the test. */
final class ScriptedLink implements SessionLink {

    final List<ClientFrame> sent = new ArrayList<>();
    final Dialer.Events events;
    private final String endpoint;
    boolean closed;

    ScriptedLink(String endpoint, Dialer.Events events) {
        this.endpoint = endpoint;
        this.events = events;
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public void send(ClientFrame frame) {
        sent.add(frame);
    }

    @Override
    public void send(SectionFrame frame) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            frame.writeTo(bytes);
            assertEquals(frame.size(), bytes.size());
            sent.add(ClientFrame.parseFrom(bytes.toByteArray()));
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Publishes sent since the last call. */
    List<Publish> takePublishes() {
        List<Publish> publishes = sent.stream()
                .filter(ClientFrame::hasPublish)
                .map(ClientFrame::getPublish)
                .toList();
        sent.removeIf(ClientFrame::hasPublish);
        return publishes;
    }

    Subscribe lastSubscribe() {
        return sent.stream()
                .filter(ClientFrame::hasSubscribe)
                .map(ClientFrame::getSubscribe)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    long pings() {
        return sent.stream().filter(ClientFrame::hasPing).count();
    }
}
