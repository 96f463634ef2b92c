package dev.skein.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.core.TimeSource;
import dev.skein.proto.admin.v1.ApiKey;
import dev.skein.proto.admin.v1.Capability;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.admin.v1.Quota;
import dev.skein.proto.admin.v1.TokenRevocation;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Section;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.server.config.AccessConfig;
import dev.skein.server.config.AccessConfig.ConnectionQuota;
import dev.skein.wire.SectionView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessControlTest {

    private static final Tokens ISSUER = new Tokens();
    private static final String ROOT_SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path directory;

    private final HandClock time = new HandClock();
    private final KeyMint mint = new KeyMint(new Random(7), time);
    private ControlState.Builder control = ControlState.newBuilder().setVersion(1);
    private AccessControl access;

    @BeforeEach
    void start() throws Exception {
        access = control(ConnectionQuota.NONE);
    }

    @Test
    void aKeyIsKnownByItsSecretOnly() {
        KeyMint.Minted key = create(key("default:*", Permission.PERMISSION_PUBLISH));
        String id = key.stored().getKey().getId();

        assertEquals("key:" + id, granted("apikey " + id + "." + key.secret()).holder());
        granted("ApiKey " + id + "." + key.secret() + " ");
        for (String wrong : List.of(
                id + "." + key.secret() + "x",
                id + "." + key.secret().substring(1),
                id + ".",
                id,
                "." + key.secret(),
                "root." + key.secret(),
                id.toUpperCase(java.util.Locale.ROOT) + "." + key.secret(),
                key.stored().getKey().getId() + "." + key.stored().getHash())) {
            assertEquals(
                    Reason.REASON_UNAUTHENTICATED, refusal("apikey " + wrong).getReason(), wrong);
        }
        assertFalse(key.stored().toString().contains(key.secret()), "the cluster keeps no secret");
    }

    @Test
    void withoutACredentialOrWithAnotherSchemeNothingIsGranted() {
        for (String none : new String[] {null, "", "Bearer", "Bearer ", "apikey", "Basic YTpi", " apikey a.b"}) {
            assertEquals(Reason.REASON_UNAUTHENTICATED, refusal(none).getReason(), none);
        }
        assertTrue(granted("apikey root." + ROOT_SECRET).capabilities().mayOperate());
        refusal("apikey root." + ROOT_SECRET.replace('0', '1'));
    }

    @Test
    void whatNoCapabilityNamesIsDenied() {
        KeyMint.Minted key = create(key("default:room.*", Permission.PERMISSION_PUBLISH).toBuilder()
                .addCapabilities(Capability.newBuilder()
                        .setChannels("default:room.1")
                        .addPermissions(Permission.PERMISSION_SUBSCRIBE))
                .build());
        Caller caller = caller(key);

        assertNull(caller.may(Permission.PERMISSION_PUBLISH, "room.1"));
        assertNull(caller.may(Permission.PERMISSION_SUBSCRIBE, "default:room.1"));
        assertDenied(caller.may(Permission.PERMISSION_SUBSCRIBE, "default:room.2"));
        assertDenied(caller.may(Permission.PERMISSION_PRESENCE, "default:room.1"));
        assertDenied(caller.may(Permission.PERMISSION_PUBLISH, "chat:room.1"));
        assertDenied(caller.may(Permission.PERMISSION_PUBLISH, "room"));
        assertDenied(caller.mayRead("room.1"));
        assertDenied(caller.mayOperate());
        assertDenied(caller.mayKnow("chat"));
        assertNull(caller.mayKnow("default"));
        assertDenied(caller.mayPublish(section("default:room.1", "default:other")));
        assertNull(caller.mayPublish(section("default:room.1", "room.2")));
        Error invalid = caller.may(Permission.PERMISSION_PUBLISH, "default:");
        assertNotNull(invalid);
        assertEquals(Reason.REASON_INVALID_CHANNEL, invalid.getReason());
    }

    @Test
    void manyChannelsDontMakeItForgetWhatIsDenied() {
        Caller caller = caller(create(key("default:a*", Permission.PERMISSION_PUBLISH)));
        for (int i = 0; i < 5_000; i++) {
            assertNull(caller.may(Permission.PERMISSION_PUBLISH, "a" + i));
            assertDenied(caller.may(Permission.PERMISSION_PUBLISH, "b" + i));
        }
    }

    @Test
    void aRevokedKeyIsGoodForNothingAnyMore() {
        KeyMint.Minted key = create(key("default:*", Permission.PERMISSION_PUBLISH));
        KeyMint.Minted other = create(key("default:*", Permission.PERMISSION_PUBLISH));
        Caller caller = caller(key);
        Caller untouched = caller(other);
        assertNull(caller.problem());

        control.removeKeys(0);
        access.update(control.build());

        assertUnauthenticated(caller.problem());
        assertUnauthenticated(caller.may(Permission.PERMISSION_PUBLISH, "room"));
        refusal(textOf(key));
        assertNull(untouched.problem());
    }

    @Test
    void aKeyExpires() {
        KeyMint.Minted key = create(key("default:*", Permission.PERMISSION_PUBLISH).toBuilder()
                .setExpiresMs(time.wallMillis() + 1_000)
                .build());
        Caller caller = caller(key);
        assertEquals(1_000, caller.expiresInMillis());

        time.wall += 999;
        assertNull(caller.problem());
        time.wall++;
        Error expired = caller.problem();
        assertNotNull(expired);
        assertEquals(Reason.REASON_CREDENTIAL_EXPIRED, expired.getReason());
        assertEquals(Reason.REASON_CREDENTIAL_EXPIRED, refusal(textOf(key)).getReason());
    }

    @Test
    void tokensAreRevokedByIdAndBySubjectBeforeAMoment() {
        Caller byId = caller("Bearer " + token("t1", "ann"));
        Caller bySubject = caller("Bearer " + token("t2", "bob"));
        Caller neither = caller("Bearer " + token("t3", "cat"));

        control.addTokenRevocations(TokenRevocation.newBuilder().setTokenId("t1"))
                .addTokenRevocations(
                        TokenRevocation.newBuilder().setSubject("bob").setBeforeMs(time.wallMillis() + 1));
        access.update(control.build());

        assertUnauthenticated(byId.problem());
        assertUnauthenticated(bySubject.problem());
        assertNull(neither.problem());
        refusal("Bearer " + token("t1", "dan"));
        refusal("Bearer " + token("t4", "bob"));

        time.wall += 2_000;
        granted("Bearer " + token("t4", "bob"));
    }

    @Test
    void aKeyTakenOutOfTheFileEndsItsTokensAndABrokenFileDoesNot() throws IOException {
        Caller caller = caller("Bearer " + token("t1", "ann"));

        Files.writeString(directory.resolve("jwks"), "{\"keys\":[");
        access.reload();
        assertNull(caller.problem());

        Files.writeString(directory.resolve("jwks"), Tokens.jwks(List.of(ISSUER.edwards)));
        access.reload();
        assertUnauthenticated(caller.problem());
        refusal("Bearer " + token("t1", "ann"));
        granted("Bearer " + ISSUER.token("ed", Tokens.claims(time.wallMillis())));
    }

    @Test
    void anotherKeyOfTheSameNameEndsTheTokensOfTheFirst() throws IOException {
        Caller caller = caller("Bearer " + token("t1", "ann"));

        Files.writeString(directory.resolve("jwks"), new Tokens().jwks());
        access.reload();

        assertUnauthenticated(caller.problem());
        refusal("Bearer " + token("t1", "ann"));
    }

    @Test
    void aRefreshedCredentialIsOfTheSameHolder() {
        Caller caller = caller("Bearer " + token("t1", "ann"));
        time.wall += 1_800_000;
        assertNull(caller.refresh("Bearer " + token("t2", "ann")));
        time.wall += 3_000_000;
        assertNull(caller.problem());

        assertUnauthenticated(caller.refresh("Bearer " + token("t3", "bob")));
        assertUnauthenticated(caller.refresh("apikey root." + ROOT_SECRET));
        assertUnauthenticated(caller.refresh(""));
    }

    @Test
    void aFreshNodeThatKnowsNoRevocationSaysSo() throws Exception {
        AccessControl fresh = new AccessControl(config(ConnectionQuota.NONE), time);
        for (String credential : List.of("Bearer " + token("t1", "ann"), "apikey abcdefghabcdefgh.x")) {
            AccessVerdict.Refused refused =
                    assertInstanceOf(AccessVerdict.Refused.class, fresh.authenticate(credential));
            assertEquals(Reason.REASON_STARTING, refused.error().getReason());
        }
    }

    @Test
    void aKeysMessagesAreCountedOverAllItsStreams() {
        KeyMint.Minted key = create(limited(Quota.newBuilder().setMessagesPerSecond(100)));
        List<Caller> streams = List.of(caller(key), caller(key));
        assertEquals(26, admitted(streams));

        long inASecond = 0;
        for (int i = 0; i < 100; i++) {
            time.nanos += 10_000_000L;
            inASecond += admitted(streams);
        }
        assertEquals(100, inASecond);
        assertEquals(
                26, admitted(List.of(caller(create(limited(Quota.newBuilder().setMessagesPerSecond(100)))))));
    }

    @Test
    void aRefusalSaysHowLongToWait() {
        Caller caller = caller(create(limited(Quota.newBuilder().setBytesPerSecond(1))));
        SectionView section = section("room");
        assertNull(caller.mayPublish(section));

        Error refusal = caller.mayPublish(section);
        assertNotNull(refusal);
        assertEquals(Reason.REASON_QUOTA_EXCEEDED, refusal.getReason());
        time.nanos += (refusal.getRetryAfterMs() - 2) * 1_000_000L;
        assertNotNull(caller.mayPublish(section));
        time.nanos += 2_000_000L;
        assertNull(caller.mayPublish(section));
    }

    @Test
    void aConnectionHasItsOwnQuota() throws Exception {
        access = control(new ConnectionQuota(100, 0, 1));
        String root = "apikey root." + ROOT_SECRET;
        Usage connection = access.newConnection();
        Caller first = access.caller(granted(root), connection);
        Caller second = access.caller(granted(root), connection);

        assertEquals(26, admitted(List.of(first, second)));
        assertEquals(26, admitted(List.of(access.caller(granted(root), access.newConnection()))));
        assertNull(first.openStream());
        Error refusal = second.openStream();
        assertNotNull(refusal);
        assertEquals(Reason.REASON_QUOTA_EXCEEDED, refusal.getReason());
        assertTrue(refusal.getRetryAfterMs() > 0);
        second.closeStream();
        first.closeStream();
        first.closeStream();
        assertNull(second.openStream());
    }

    @Test
    void aKeysStreamsAreCountedOnAllConnections() {
        KeyMint.Minted key = create(limited(Quota.newBuilder().setStreams(2)));
        assertNull(caller(key).openStream());
        Caller second = caller(key);
        assertNull(second.openStream());
        assertNotNull(caller(key).openStream());
        second.closeStream();
        assertNull(caller(key).openStream());
    }

    private static long admitted(List<Caller> callers) {
        long admitted = 0;
        for (int i = 0; i < 1_000; i++) {
            admitted += callers.get(i % callers.size()).mayPublish(section("room")) == null ? 1 : 0;
        }
        return admitted;
    }

    private static ApiKey limited(Quota.Builder quota) {
        return key("default:*", Permission.PERMISSION_PUBLISH).toBuilder()
                .setQuota(quota)
                .build();
    }

    private static SectionView section(String... channels) {
        Section.Builder section = Section.newBuilder();
        for (String channel : channels) {
            section.addChannels(ChannelMessages.newBuilder()
                    .setChannel(channel)
                    .addMessages(MessageBody.newBuilder().setPayload(ByteString.copyFromUtf8("x"))));
        }
        try {
            return SectionView.of(section.build().toByteString());
        } catch (com.google.protobuf.InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String token(String id, String subject) {
        Map<String, String> claims = Tokens.claims(time.wallMillis());
        claims.put("jti", "\"" + id + "\"");
        claims.put("sub", "\"" + subject + "\"");
        return ISSUER.token("hs", claims);
    }

    private static ApiKey key(String channels, Permission... permissions) {
        return ApiKey.newBuilder()
                .addCapabilities(Capability.newBuilder().setChannels(channels).addAllPermissions(List.of(permissions)))
                .build();
    }

    private KeyMint.Minted create(ApiKey key) {
        KeyMint.Minted minted = mint.mint(key);
        control.addKeys(minted.stored());
        access.update(control.build());
        return minted;
    }

    private static String textOf(KeyMint.Minted key) {
        return "apikey " + key.stored().getKey().getId() + "." + key.secret();
    }

    private Caller caller(KeyMint.Minted key) {
        return caller(textOf(key));
    }

    private Caller caller(String authorization) {
        return access.caller(granted(authorization), access.newConnection());
    }

    private Grant granted(@Nullable String authorization) {
        AccessVerdict verdict = access.authenticate(authorization);
        return assertInstanceOf(AccessVerdict.Granted.class, verdict, verdict::toString)
                .grant();
    }

    private Error refusal(@Nullable String authorization) {
        return assertInstanceOf(AccessVerdict.Refused.class, access.authenticate(authorization))
                .error();
    }

    private static void assertDenied(@Nullable Error error) {
        assertNotNull(error);
        assertEquals(Reason.REASON_PERMISSION_DENIED, error.getReason(), error::getText);
    }

    private static void assertUnauthenticated(@Nullable Error error) {
        assertNotNull(error);
        assertEquals(Reason.REASON_UNAUTHENTICATED, error.getReason(), error::getText);
    }

    private AccessControl control(ConnectionQuota quota) throws Exception {
        AccessControl started = new AccessControl(config(quota), time);
        started.update(control.build());
        return started;
    }

    private AccessConfig config(ConnectionQuota quota) throws IOException {
        Path jwks = Files.writeString(directory.resolve("jwks"), ISSUER.jwks());
        Path root = Files.writeString(directory.resolve("root"), "root." + ROOT_SECRET + "\n");
        return new AccessConfig(
                Optional.of(root),
                Optional.of(new AccessConfig.Tokens(jwks, Tokens.AUDIENCE, Optional.empty(), Duration.ofHours(2))),
                quota);
    }

    private static final class HandClock implements TimeSource {

        private long wall = 1_800_000_000_000L;
        private long nanos;

        @Override
        public long wallMillis() {
            return wall;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }
    }
}
