package dev.skein.server.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.proto.admin.v1.EdgeClients;
import dev.skein.proto.admin.v1.EdgeGrant;
import dev.skein.proto.admin.v1.EdgeOptions;
import dev.skein.proto.admin.v1.EdgePayload;
import dev.skein.proto.edge.v1.Error;
import dev.skein.proto.edge.v1.SubscribeRequest;
import dev.skein.server.access.ChannelClaims;
import dev.skein.server.edge.ChannelRules.Granted;
import dev.skein.server.locate.ShardMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each option of a namespace comes to. Codes are the protocol's; 0 is no refusal. */
class ChannelRulesTest {

    private static final ByteString DATA = ByteString.copyFromUtf8("1");

    @ParameterizedTest
    @CsvSource({
        // who,            nobody in particular, ann, a subscriber, ann subscribed
        "UNSPECIFIED,      0,   0,   0,   0",
        "ANYONE,           0,   0,   0,   0",
        "USERS,            103, 0,   103, 0",
        "SUBSCRIBERS,      103, 103, 0,   0",
        "SUBSCRIBED_USERS, 103, 103, 103, 0",
        "NOBODY,           103, 103, 103, 103"
    })
    void whoMayPublishReadAndSeeWhoIsThere(EdgeWord who, int anybody, int user, int subscriber, int both) {
        ChannelRules rules = rules(EdgeOptions.newBuilder()
                .setPublish(who.clients())
                .setPresence(who.clients())
                .setHistory(who.clients()));
        int[] expected = {anybody, user, subscriber, both};
        for (int i = 0; i < expected.length; i++) {
            String name = i % 2 == 0 ? "" : "ann";
            boolean subscribed = i >= 2;
            assertEquals(expected[i], code(rules.publish(name, () -> subscribed, DATA)), "publish " + i);
            assertEquals(expected[i], code(rules.presence(name, () -> subscribed)), "presence " + i);
            assertEquals(expected[i], code(rules.history(name, () -> subscribed)), "history " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"UNSPECIFIED, 0, 0", "ANYONE, 0, 0", "USERS, 103, 0", "NOBODY, 103, 103"})
    void whoMaySubscribe(EdgeWord who, int anybody, int user) {
        ChannelRules rules = rules(EdgeOptions.newBuilder().setSubscribe(who.clients()));
        assertEquals(anybody, code(rules.subscribe("")));
        assertEquals(user, code(rules.subscribe("ann")));
    }

    @Test
    void historyThatIsOffIsNotAvailableToAnybody() {
        ChannelRules rules = rules(EdgeOptions.newBuilder().setHistory(EdgeClients.EDGE_CLIENTS_OFF));
        assertEquals(108, code(rules.history("ann", () -> true)));
        assertFalse(rules.recovers());
        assertEquals(new Granted(true, false, false, false), rules.grant(recovering(), ChannelClaims.NONE));
    }

    @Test
    void whatALaterVersionMeansIsTakenForLess() {
        ChannelRules rules = rules(EdgeOptions.newBuilder().setPublishValue(99).setSubscribeValue(99));
        assertEquals(103, code(rules.publish("ann", () -> true, DATA)));
        assertEquals(103, code(rules.subscribe("ann")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dialog#ann     | ann | 0",
                "dialog#ann,bob | bob | 0",
                "dialog#ann,bob | eve | 103",
                "dialog#ann,bob | an  | 103",
                "dialog#        | ''  | 103",
                "dialog#ann#bob | bob | 103",
                "dialog#ann#bob | ann | 103",
                "dialog         | eve | 0"
            })
    void aListOfUsersInAName(String list, String user, int expected) {
        ChannelRules limited = new ChannelRules(
                "chat:" + list, EdgeOptions.newBuilder().setUserLimited(true).build());
        assertEquals(expected, code(limited.subscribe(user)));
        assertEquals(0, code(new ChannelRules("chat:" + list, EdgeOptions.getDefaultInstance()).subscribe(user)));
    }

    @Test
    void listedUsersMaySubscribeWhereOthersMayNot() {
        EdgeOptions options = EdgeOptions.newBuilder()
                .setSubscribe(EdgeClients.EDGE_CLIENTS_NOBODY)
                .setUserLimited(true)
                .build();
        assertEquals(0, code(new ChannelRules("chat:d#ann", options).subscribe("ann")));
        assertEquals(103, code(new ChannelRules("chat:d", options).subscribe("ann")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ANY         | not json | 0",
                "JSON        | not json | 107",
                "JSON        | [1]      | 0",
                "JSON        | {} {}    | 107",
                "JSON_OBJECT | [1]      | 107",
                "JSON_OBJECT | {\"a\":1 | 107",
                "JSON_OBJECT | {\"a\":1}| 0"
            })
    void whatMayBePublished(String payload, String data, int expected) {
        ChannelRules rules = rules(EdgeOptions.newBuilder().setPayload(EdgePayload.valueOf("EDGE_PAYLOAD_" + payload)));
        assertEquals(expected, code(rules.publish("", () -> false, ByteString.copyFromUtf8(data))));
        assertEquals(expected, code(rules.publish("", () -> false, ByteString.copyFromUtf8(" \n" + data))));
    }

    @ParameterizedTest
    @CsvSource({
        // positioning, recovery, asked for      -> positioned, recoverable
        "ASKED,  ASKED,  nothing,     false, false",
        "ASKED,  ASKED,  positioned,  true,  false",
        "ASKED,  ASKED,  recoverable, true,  true",
        "ASKED,  ASKED,  recover,     true,  true",
        "ALWAYS, ASKED,  nothing,     true,  false",
        "ASKED,  ALWAYS, nothing,     true,  true",
        "ALWAYS, ALWAYS, nothing,     true,  true",
        "ASKED,  NEVER,  recoverable, false, false",
        "ASKED,  NEVER,  recover,     false, false",
        "ASKED,  NEVER,  positioned,  true,  false",
        "ALWAYS, NEVER,  recover,     true,  false",
        "NEVER,  NEVER,  positioned,  false, false"
    })
    void whatASubscriptionGets(EdgeWord at, EdgeWord on, String asked, boolean positioned, boolean recoverable) {
        SubscribeRequest request = SubscribeRequest.newBuilder()
                .setPositioned(asked.equals("positioned"))
                .setRecoverable(asked.equals("recoverable"))
                .setRecover(asked.equals("recover"))
                .build();
        ChannelRules rules =
                rules(EdgeOptions.newBuilder().setPositioning(at.grant()).setRecovery(on.grant()));
        assertEquals(
                new Granted(positioned, recoverable, recoverable && request.getRecover(), false),
                rules.grant(request, ChannelClaims.NONE));
    }

    @Test
    void anIssuersWordStandsAboveTheNamespaces() {
        ChannelRules never = rules(EdgeOptions.newBuilder()
                .setRecovery(EdgeGrant.EDGE_GRANT_NEVER)
                .setPositioning(EdgeGrant.EDGE_GRANT_NEVER));
        ChannelRules always = rules(EdgeOptions.newBuilder()
                .setRecovery(EdgeGrant.EDGE_GRANT_ALWAYS)
                .setPositioning(EdgeGrant.EDGE_GRANT_ALWAYS));
        SubscribeRequest nothing = SubscribeRequest.getDefaultInstance();
        assertEquals(new Granted(true, true, true, false), never.grant(recovering(), claims(true, null)));
        assertEquals(new Granted(true, false, false, false), never.grant(nothing, claims(null, true)));
        assertEquals(new Granted(true, false, false, false), always.grant(nothing, claims(false, null)));
        assertEquals(new Granted(false, false, false, false), always.grant(nothing, claims(false, false)));
    }

    @Test
    void differencesAreSentUnlessTheNamespaceIsAgainstThem() {
        SubscribeRequest request =
                SubscribeRequest.newBuilder().setDelta("fossil").build();
        assertTrue(rules(EdgeOptions.newBuilder())
                .grant(request, ChannelClaims.NONE)
                .differences());
        assertFalse(rules(EdgeOptions.newBuilder().setDifferences(EdgeGrant.EDGE_GRANT_NEVER))
                .grant(request, ChannelClaims.NONE)
                .differences());
    }

    @Test
    void channelsThatDoNotExistAreRefusedBySomebodyElse() {
        ShardMap empty = new ShardMap();
        for (String channel : new String[] {"nowhere:x", "Bad Name:x", ""}) {
            ChannelRules rules = ChannelRules.of(empty, channel);
            assertEquals(0, code(rules.subscribe("")));
            assertTrue(rules.recovers());
        }
    }

    /** Values as people write them. */
    enum EdgeWord {
        UNSPECIFIED,
        ANYONE,
        USERS,
        SUBSCRIBERS,
        SUBSCRIBED_USERS,
        NOBODY,
        ASKED,
        ALWAYS,
        NEVER;

        EdgeClients clients() {
            return EdgeClients.valueOf("EDGE_CLIENTS_" + name());
        }

        EdgeGrant grant() {
            return EdgeGrant.valueOf("EDGE_GRANT_" + name());
        }
    }

    private static SubscribeRequest recovering() {
        return SubscribeRequest.newBuilder()
                .setPositioned(true)
                .setRecoverable(true)
                .setRecover(true)
                .build();
    }

    private static ChannelClaims claims(@Nullable Boolean recovery, @Nullable Boolean positioning) {
        return new ChannelClaims(ByteString.EMPTY, ByteString.EMPTY, recovery, positioning);
    }

    private static ChannelRules rules(EdgeOptions.Builder options) {
        return new ChannelRules("chat:room", options.build());
    }

    private static int code(@Nullable Error refused) {
        return refused == null ? 0 : refused.getCode();
    }
}
