package dev.skein.systemtests.wan;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;

/** What the emulator is told, and asked to connect to, with any content. */
final class WanFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void controlBodies(byte[] bytes) {
        try {
            JsonNode body = WanControl.parse(bytes);
            if (body.has("name")) {
                Place place = WanControl.place(body);
                assertTrue(place.matches(place.name()));
                assertFalse(Cut.off("us").covers(place, place));
            } else {
                WanControl.changed(PathSettings.NONE, body);
                WanControl.cut(body);
            }
        } catch (IOException | IllegalArgumentException refused) {
            return;
        }
    }

    @FuzzTest(maxDuration = "1m")
    void connectHeads(byte[] bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new ConnectHandler((client, to) -> null));
        int half = bytes.length / 2;
        channel.writeInbound(Unpooled.wrappedBuffer(bytes, 0, half));
        if (channel.isOpen()) {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes, half, bytes.length - half));
        }
        channel.checkException();
        channel.finishAndReleaseAll();
    }
}
