package dev.skein.router.gossip;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.gossip.v1.ExchangeRequest;
import dev.skein.proto.gossip.v1.ExchangeResponse;
import java.time.Duration;

/** Peers that say anything: the node believes what is sound, forgets the rest, and goes on. */
final class GossipFuzzTest {

    private GossipWorld world;
    private GossipCore core;

    @FuzzTest(maxDuration = "1m")
    void requests(byte[] bytes) {
        begin();
        try {
            core.onRequest(ExchangeRequest.parseFrom(bytes), world.nanoTime());
        } catch (InvalidProtocolBufferException refused) {
            return;
        }
        goesOn();
    }

    @FuzzTest(maxDuration = "1m")
    void responses(byte[] bytes) {
        begin();
        try {
            ExchangeResponse response = ExchangeResponse.parseFrom(bytes);
            Outgoing asked = new Outgoing("127.0.0.1:1", true, ExchangeRequest.getDefaultInstance());
            core.onResponse(asked, response, Duration.ofMillis(1).toNanos(), world.nanoTime());
        } catch (InvalidProtocolBufferException refused) {
            return;
        }
        goesOn();
    }

    /** One test object gets many inputs, and each must do the same when it comes alone. */
    private void begin() {
        world = new GossipWorld(1);
        core = world.start("us-a", "us").core;
        world.run(Duration.ofSeconds(1));
    }

    private void goesOn() {
        world.run(Duration.ofSeconds(1));
        for (KnownMember member : core.members(world.nanoTime())) {
            assertTrue(RecordChecks.isSound(member.record(), world.wallMillis()), member::toString);
        }
    }
}
