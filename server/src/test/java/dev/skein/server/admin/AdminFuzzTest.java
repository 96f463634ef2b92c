package dev.skein.server.admin;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.Limits;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.NamespaceSpec;
import java.util.List;

/** Namespace requests with any content: refused by name, or in bounds. */
final class AdminFuzzTest {

    private static final List<String> REGIONS = List.of("us", "eu");

    @FuzzTest(maxDuration = "1m")
    void creations(byte[] bytes) throws InvalidProtocolBufferException {
        try {
            NamespaceSpec spec = NamespaceSpec.parseFrom(bytes);
            NamespaceChecks.check(spec, REGIONS);
            assertTrue(spec.getShards() >= 0 && spec.getShards() <= Limits.SHARDS_MAX);
        } catch (InvalidProtocolBufferException | IllegalArgumentException refused) {
            return;
        }
    }

    @FuzzTest(maxDuration = "1m")
    void alterations(byte[] bytes) {
        try {
            NamespaceChecks.check(AlterNamespaceRequest.parseFrom(bytes), REGIONS);
        } catch (InvalidProtocolBufferException | IllegalArgumentException refused) {
            return;
        }
    }
}
