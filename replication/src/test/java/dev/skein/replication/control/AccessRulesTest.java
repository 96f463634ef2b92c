package dev.skein.replication.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.ByteString;
import dev.skein.core.Limits;
import dev.skein.proto.admin.v1.ApiKey;
import dev.skein.proto.admin.v1.Capability;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.admin.v1.Quota;
import dev.skein.proto.admin.v1.TokenRevocation;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.StoredKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccessRulesTest {

    private static final Capability READ = Capability.newBuilder()
            .setChannels("chat:*")
            .addPermissions(Permission.PERMISSION_SUBSCRIBE)
            .build();

    private final ControlMachine machine = new ControlMachine(ControlState.getDefaultInstance(), List.of("us"));
    private long index;

    @Test
    void aKeyIsKeptOnceHoweverOftenItsCommandComes() {
        assertNull(create(key("a")));
        assertNull(create(key("a")));
        assertNull(create(key("b")));

        assertEquals(List.of(key("a"), key("b")), machine.state().getKeysList());
        assertRefused(
                Reason.REASON_ALREADY_EXISTS,
                create(key("a").toBuilder()
                        .setHash(ByteString.copyFrom(new byte[] {1}).concat(ByteString.copyFrom(new byte[31])))
                        .build()));
    }

    @Test
    void aRevokedKeyIsGoneAndRevokingItAgainDoesNothing() {
        create(key("a"));
        create(key("b"));

        assertNull(revoke("a".repeat(16)));
        assertNull(revoke("a".repeat(16)));

        assertEquals(List.of(key("b")), machine.state().getKeysList());
    }

    @Test
    void badKeysAreRefused() {
        assertInvalid(key("a").toBuilder().setSalt(ByteString.EMPTY).build());
        assertInvalid(key("a").toBuilder().setHash(ByteString.EMPTY).build());
        assertInvalid(with(key("a"), ApiKey.newBuilder().setId("A").addCapabilities(READ)));
        assertInvalid(with(key("a"), key("a").getKey().toBuilder().clearCapabilities()));
        assertInvalid(with(key("a"), key("a").getKey().toBuilder().setLabel("x".repeat(129))));
        assertInvalid(with(
                key("a"),
                key("a").getKey().toBuilder().setQuota(Quota.newBuilder().setStreams(-1))));
        assertInvalid(withCapability(READ.toBuilder().setChannels("chat:**")));
        assertInvalid(withCapability(READ.toBuilder().clearPermissions()));
        assertInvalid(withCapability(READ.toBuilder().addPermissionsValue(77)));
        assertInvalid(withCapability(READ.toBuilder().addPermissions(Permission.PERMISSION_ADMIN)));
        assertNull(
                create(withCapability(READ.toBuilder().setChannels("*").addPermissions(Permission.PERMISSION_ADMIN))));
    }

    @Test
    void keysHaveALimit() {
        for (int i = 0; i < Limits.KEYS_MAX; i++) {
            assertNull(create(with(key("a"), key("a").getKey().toBuilder().setId(String.format("%016d", i)))));
        }
        assertInvalid(key("a"));
    }

    @Test
    void aSubjectsLaterMomentCountsInAnyOrder() {
        revoke(TokenRevocation.newBuilder().setSubject("ann").setBeforeMs(500), 1_000);
        revoke(TokenRevocation.newBuilder().setSubject("ann").setBeforeMs(300), 1_001);
        revoke(TokenRevocation.newBuilder().setSubject("bob"), 1_002);

        List<TokenRevocation> known = machine.state().getTokenRevocationsList();
        assertEquals(
                List.of(500L, 1_002L),
                known.stream().map(TokenRevocation::getBeforeMs).toList());
    }

    @Test
    void aRevocationIsForgottenWhenNoSuchTokenCanBeValid() {
        revoke(TokenRevocation.newBuilder().setTokenId("t1"), 1_000);
        long until = machine.state().getTokenRevocations(0).getUntilMs();

        revoke(TokenRevocation.newBuilder().setTokenId("t2"), until - 1);
        assertEquals(2, machine.state().getTokenRevocationsCount());

        revoke(TokenRevocation.newBuilder().setTokenId("t3"), until);
        assertEquals(
                List.of("t2", "t3"),
                machine.state().getTokenRevocationsList().stream()
                        .map(TokenRevocation::getTokenId)
                        .toList());
    }

    @Test
    void aRevocationOfNothingOrOfBothIsRefused() {
        assertRefused(Reason.REASON_INVALID_ARGUMENT, revoke(TokenRevocation.newBuilder(), 1));
        assertRefused(
                Reason.REASON_INVALID_ARGUMENT,
                revoke(TokenRevocation.newBuilder().setTokenId("t").setSubject("s"), 1));
        assertRefused(
                Reason.REASON_INVALID_ARGUMENT,
                revoke(TokenRevocation.newBuilder().setTokenId("t".repeat(129)), 1));
    }

    private static StoredKey key(String letter) {
        return StoredKey.newBuilder()
                .setKey(ApiKey.newBuilder().setId(letter.repeat(16)).addCapabilities(READ))
                .setSalt(ByteString.copyFrom(new byte[16]))
                .setHash(ByteString.copyFrom(new byte[32]))
                .build();
    }

    private static StoredKey with(StoredKey stored, ApiKey.Builder key) {
        return stored.toBuilder().setKey(key).build();
    }

    private static StoredKey withCapability(Capability.Builder capability) {
        return with(key("a"), key("a").getKey().toBuilder().clearCapabilities().addCapabilities(capability));
    }

    private void assertInvalid(StoredKey key) {
        assertRefused(Reason.REASON_INVALID_ARGUMENT, create(key));
    }

    private static void assertRefused(Reason reason, @Nullable Error refusal) {
        assertNotNull(refusal);
        assertEquals(reason, refusal.getReason(), refusal::getText);
    }

    private @Nullable Error create(StoredKey key) {
        return machine.apply(
                ++index, ControlCommand.newBuilder().setCreateKey(key).build());
    }

    private @Nullable Error revoke(String id) {
        return machine.apply(
                ++index, ControlCommand.newBuilder().setRevokeKey(id).build());
    }

    private @Nullable Error revoke(TokenRevocation.Builder revocation, long timeMs) {
        return machine.apply(
                ++index,
                ControlCommand.newBuilder()
                        .setTimeMs(timeMs)
                        .setRevokeTokens(revocation)
                        .build());
    }
}
