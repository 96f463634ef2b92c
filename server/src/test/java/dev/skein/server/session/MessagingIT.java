package dev.skein.server.session;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.skein.core.NodeId;
import dev.skein.proto.admin.v1.Retention;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Gap;
import dev.skein.proto.client.v1.GapCause;
import dev.skein.proto.client.v1.Hello;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Position;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.client.v1.Subscribed;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.server.fanout.FanoutLimits;
import dev.skein.server.loopback.LoopbackCluster;
import dev.skein.server.loopback.LoopbackNode;
import dev.skein.server.loopback.LoopbackShard;
import dev.skein.server.loopback.ScriptedClient;
import dev.skein.wire.ResumeTokens;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MessagingIT {

    private static final FanoutLimits SMALL_RING = new FanoutLimits(8, 100_000, 1 << 20, 10, 4, 100_000);

    @Test
    void welcomesAClient() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            var welcome = cluster.connect(0).await("welcome", ServerFrame::hasWelcome, ServerFrame::getWelcome);
            assertEquals("n0", welcome.getNode());
            assertEquals(LoopbackNode.CLUSTER_ID, welcome.getClusterId());
            assertEquals(500, welcome.getHeartbeatMs());
            assertTrue(welcome.getLimits().getPublishesInFlight() > 0);
        }
    }

    @Test
    void deliversWhatIsPublishedAfterTheSubscription() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.publishAll(1, 3);
            client.subscribe(1, Start.newBuilder().setLatest(true), 100);
            assertEquals(3, subscribed(client, 1).getPosition().getSerial());
            client.publishAll(4, 3);
            assertEquals(List.of(4L, 5L, 6L), serials(client.messages(1, 3)));
        }
    }

    @Test
    void pipelinedPublishesKeepTheirOrder() {
        try (var cluster = LoopbackCluster.start(2, 1)) {
            ScriptedClient client = cluster.connect(1);
            for (int i = 1; i <= 500; i++) {
                client.publish(i, i, "m" + i);
            }
            for (int i = 1; i <= 500; i++) {
                assertEquals(i, client.receipt(i).getSerial());
            }
        }
    }

    @Test
    void aPublishWhoseAnswerIsLostIsSentAgainAndKeepsItsSerial() {
        try (var cluster = LoopbackCluster.start(2, 2)) {
            ScriptedClient client = cluster.connect(1);
            cluster.shard().loseAnswers(3);
            client.publish(1, 1, "a");
            client.publish(2, 2, "b");
            client.publish(3, 3, "c");
            client.publish(4, 4, "d");
            assertEquals(1, client.receipt(1).getSerial());
            assertTrue(client.receipt(1).getDuplicate());
            assertEquals(List.of(2L, 3L, 4L), List.of(serial(client, 2), serial(client, 3), serial(client, 4)));
        }
    }

    @Test
    void aPublishThatIsLostBeforeItsEffectIsSentAgainInOrder() {
        try (var cluster = LoopbackCluster.start(2, 2)) {
            ScriptedClient client = cluster.connect(1);
            cluster.shard().losePublishes(2);
            for (int i = 1; i <= 20; i++) {
                client.publish(i, i, "m" + i);
            }
            for (int i = 1; i <= 20; i++) {
                assertEquals(i, serial(client, i));
            }
        }
    }

    @Test
    void aPublishThatCannotBeRepeatedSaysUnknown() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            cluster.shard().loseAnswers(1);
            client.publish(ScriptedClient.plain(1, "once"));
            assertEquals(
                    Reason.REASON_OUTCOME_UNKNOWN, client.receipts(1).getError().getReason());
            client.publish(ScriptedClient.plain(2, "next"));
            assertEquals(2, serial(client, 2));
        }
    }

    @Test
    void followsTheLeaderWhileItsOldOneHoldsPublishesInSilence() {
        try (var cluster = LoopbackCluster.start(3, 2)) {
            for (int gateway : List.of(1, 2)) {
                long base = gateway * 100L;
                ScriptedClient client = cluster.connect(gateway);
                cluster.shard().leader(new NodeId("n0"));
                ByteString producer = ByteString.copyFromUtf8("producer-number" + gateway);
                publishOne(client, base + 1, producer, 1);
                client.receipts(base + 1);
                cluster.shard().hold();
                publishOne(client, base + 2, producer, 2);
                publishOne(client, base + 3, producer, 3);
                eventually("held", () -> cluster.shard().held() == 2);
                cluster.shard().forgetHeld();
                cluster.shard().leader(new NodeId("n1"));
                long second = serial(client, base + 2);
                assertEquals(second + 1, serial(client, base + 3));
            }
        }
    }

    @Test
    void waitsForALeaderAndThenPublishesInOrder() {
        try (var cluster = LoopbackCluster.start(2, 1)) {
            cluster.shard().leader(null);
            ScriptedClient client = cluster.connect(1);
            client.publish(1, 1, "a");
            client.publish(2, 2, "b");
            client.publish(ScriptedClient.sequenced(3, 3, "c").setTimeoutMs(1_000));
            assertEquals(Reason.REASON_DEADLINE, client.receipts(3).getError().getReason());
            cluster.shard().leader(new NodeId("n0"));
            assertEquals(1, serial(client, 1));
            assertEquals(2, serial(client, 2));
        }
    }

    @Test
    void aConditionThatFailsIsToldWithTheLastSerial() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.publishAll(1, 2);
            client.publish(ScriptedClient.plain(9, "x", section -> section.setExpectedLastSerial(1)));
            var error = client.receipts(9).getError();
            assertEquals(Reason.REASON_CONDITION_FAILED, error.getReason());
            assertEquals("2", error.getMetadataOrThrow("last_serial"));
        }
    }

    @Test
    void refusesWhatCanNeverBeTakenAndGoesOn() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.publish(ScriptedClient.plain(
                    1, "x", section -> section.getChannelsBuilder(0).setChannel("nowhere:room")));
            client.publish(ScriptedClient.plain(2, "x".repeat(5_000)));
            client.publish(ScriptedClient.plain(
                    3, "x", section -> section.getChannelsBuilder(0).setChannel("default:a\u0001b")));
            client.publish(ScriptedClient.plain(4, "fine"));
            assertEquals(
                    Reason.REASON_UNKNOWN_NAMESPACE,
                    client.receipts(1).getError().getReason());
            assertEquals(
                    Reason.REASON_MESSAGE_TOO_LARGE,
                    client.receipts(2).getError().getReason());
            assertEquals(
                    Reason.REASON_INVALID_CHANNEL, client.receipts(3).getError().getReason());
            assertEquals(1, serial(client, 4));
        }
    }

    @Test
    void takesASectionOfSeveralChannelsWhoeverLeads() {
        try (var cluster = LoopbackCluster.start(2, 1)) {
            for (int gateway : List.of(0, 1)) {
                ScriptedClient client = cluster.connect(gateway);
                String other = "default:hall" + gateway;
                client.publish(ScriptedClient.plain(
                        1, "a", section -> section.setProducer(ByteString.copyFromUtf8("producer-number" + gateway))
                                .setFirstSequence(1)
                                .addChannels(ScriptedClient.channel(other, "b", "c"))
                                .addChannels(ScriptedClient.channel("room", "d"))));
                Receipts answer = client.receipts(1);
                assertEquals(1, answer.getRunsCount());
                List<Long> serials = ScriptedClient.receiptsOf(answer).stream()
                        .map(Receipt::getSerial)
                        .toList();
                assertEquals(List.of(1 + 2L * gateway, 1L, 2L, 2 + 2L * gateway), serials);
            }
            ScriptedClient reader = cluster.connect(1);
            reader.subscribe(1, Start.newBuilder().setSerial(1), 100);
            List<String> texts = reader.messages(1, 4).stream()
                    .map(message -> message.getBody().getPayload().toStringUtf8())
                    .toList();
            assertEquals(List.of("a", "d", "a", "d"), texts);
        }
    }

    @Test
    void refusesASectionAsAWholeAndGoesOn() {
        try (var cluster = LoopbackCluster.start(2, 1)) {
            ScriptedClient client = cluster.connect(1);
            client.publish(ScriptedClient.plain(
                    1, "x", section -> section.addChannels(ScriptedClient.channel("nowhere:room", "y"))));
            client.publish(ScriptedClient.plain(2, "x", section -> section.setAtomic(true)
                    .addChannels(ScriptedClient.channel("default:hall", "y"))));
            client.publish(ScriptedClient.plain(3, "fine"));
            assertEquals(
                    Reason.REASON_UNKNOWN_NAMESPACE,
                    client.receipts(1).getError().getReason());
            assertEquals(
                    "channels: 2 (expected: 1 with expected_last_serial, atomic or ephemeral)",
                    client.receipts(2).getError().getText());
            assertEquals(1, serial(client, 3));
        }
    }

    /** Bodies are opaque to the wire's schema of a section, so a client can put anything there. */
    @Test
    void refusesABodyThatNoSubscriberCouldDecode() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.sendBytes(publishOfBodies(1, ByteString.EMPTY, ByteString.copyFrom(new byte[] {0x1A, 5})));
            client.publish(ScriptedClient.plain(2, "fine"));
            var error = client.receipts(1).getError();
            assertEquals(Reason.REASON_INVALID_ARGUMENT, error.getReason());
            assertTrue(error.getText().startsWith("channels[0].messages[1]: malformed: a length"), error.getText());
            assertEquals(1, serial(client, 2));
        }
    }

    @Test
    void endsAStreamOfBytesThatAreNoFrame() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            for (byte[] malformed : List.of(new byte[] {0x12, 9, 1}, new byte[] {0x12, 2, 0x12, 7}, new byte[] {7})) {
                ScriptedClient client = cluster.connect(0);
                client.sendBytes(ByteString.copyFrom(malformed));
                assertEquals(Reason.REASON_PROTOCOL_VIOLATION, client.endReason());
            }
            assertEquals(1, publishedBy(cluster.connect(0)));
        }
    }

    @Test
    void refusesMorePublishesThanASessionMayHaveUnanswered() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            cluster.shard().hold();
            for (int i = 1; i <= 4_097; i++) {
                client.publish(i, i, "m");
            }
            assertEquals(
                    Reason.REASON_OVERLOADED, client.receipts(4_097).getError().getReason());
            cluster.shard().release();
            assertEquals(4_096, serial(client, 4_096));
        }
    }

    @Test
    void startsAtASerialAndTellsWhenCaughtUp() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.publishAll(1, 10);
            client.subscribe(1, Start.newBuilder().setSerial(4), 100);
            assertEquals(LongStream.rangeClosed(4, 10).boxed().toList(), serials(client.messages(1, 7)));
            assertEquals(10, caughtUp(client, 1));
        }
    }

    @Test
    void startsWithTheLastMessages() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.publishAll(1, 10);
            client.subscribe(1, Start.newBuilder().setLast(3), 100);
            client.subscribe(2, Start.newBuilder().setLast(99), 100);
            assertEquals(List.of(8L, 9L, 10L), serials(client.messages(1, 3)));
            assertEquals(10, client.messages(2, 10).size());
        }
    }

    @Test
    void startsAtATime() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.publishAll(1, 3);
            cluster.shard().passTime(10_000);
            client.publishAll(4, 2);
            long time = client.receipt(4).getTimeMs();
            client.subscribe(1, Start.newBuilder().setSinceMs(time - 5_000), 100);
            client.subscribe(2, Start.newBuilder().setSinceMs(time + 50_000), 100);
            assertEquals(List.of(4L, 5L), serials(client.messages(1, 2)));
            assertEquals(5, subscribed(client, 2).getPosition().getSerial());
        }
    }

    @Test
    void resumesAfterThePositionAndAfterTheToken() {
        try (var cluster = LoopbackCluster.start(2, 1)) {
            ScriptedClient client = cluster.connect(1);
            client.publishAll(1, 6);
            client.subscribe(1, position(LoopbackShard.EPOCH, 4), 100);
            ByteString token = ResumeTokens.encode(LoopbackNode.CLUSTER_ID, "default:room", LoopbackShard.EPOCH, 5);
            client.subscribe(2, Start.newBuilder().setResumeToken(token), 100);
            client.subscribe(3, position(LoopbackShard.EPOCH, 0), 100);
            assertEquals(List.of(5L, 6L), serials(client.messages(1, 2)));
            assertEquals(List.of(6L), serials(client.messages(2, 1)));
            assertEquals(6, client.messages(3, 6).size());
        }
    }

    @Test
    void tellsWhatExpiredSinceATime() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            publishExpired(client, 1);
            publishExpired(client, 2);
            client.publish(ScriptedClient.plain(3, "alive"));
            long time = client.receipt(1).getTimeMs();
            client.receipts(3);
            client.subscribe(1, Start.newBuilder().setSinceMs(time), 100);
            assertEquals(0, subscribed(client, 1).getPosition().getSerial());
            var gap = client.await("gap", ServerFrame::hasGap, ServerFrame::getGap);
            assertEquals(List.of(1L, 2L), List.of(gap.getFirstSerial(), gap.getLastSerial()));
            assertEquals(List.of(3L), serials(client.messages(1, 1)));
        }
    }

    @Test
    void takesNoEpochFromAReplicaThatHasNone() {
        try (var cluster = LoopbackCluster.start(2, 2)) {
            ScriptedClient client = cluster.connect(1);
            cluster.replica(1).knowNothing(true);
            client.subscribe(1, Start.newBuilder().setSerial(1), 1);
            assertEquals(
                    LoopbackShard.EPOCH, subscribed(client, 1).getPosition().getEpoch());
        }
    }

    @Test
    void resumesWhatBeganBeforeTheHistory() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.publishAll(1, 1);
            client.subscribe(1, position(0, 0), 1);
            assertEquals(
                    LoopbackShard.EPOCH, subscribed(client, 1).getPosition().getEpoch());
            assertEquals(List.of(1L), serials(client.messages(1, 1)));
        }
    }

    @Test
    void refusesPositionsThatMeanNothingHere() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.publishAll(1, 2);
            client.subscribe(1, position(1234, 1), 1);
            client.subscribe(2, position(LoopbackShard.EPOCH, 3), 1);
            ByteString foreign = ResumeTokens.encode("other", "default:room", LoopbackShard.EPOCH, 1);
            client.subscribe(3, Start.newBuilder().setResumeToken(foreign), 1);
            client.subscribe(4, Start.newBuilder().setResumeToken(ByteString.copyFromUtf8("garbage")), 1);
            client.subscribe(5, Start.newBuilder().setSerial(9), 1);
            assertEquals(Reason.REASON_WRONG_EPOCH, client.closed(1).getReason());
            assertEquals(Reason.REASON_FUTURE_POSITION, client.closed(2).getReason());
            assertEquals(Reason.REASON_FOREIGN_TOKEN, client.closed(3).getReason());
            assertEquals(Reason.REASON_INVALID_TOKEN, client.closed(4).getReason());
            assertEquals(Reason.REASON_FUTURE_POSITION, client.closed(5).getReason());
        }
    }

    @Test
    void aReplicaThatIsBehindWaitsForThePositionInsteadOfRefusing() {
        try (var cluster = LoopbackCluster.start(2, 2)) {
            cluster.replica(1).lag(true);
            ScriptedClient writer = cluster.connect(0);
            writer.publishAll(1, 5);
            ScriptedClient reader = cluster.connect(1);
            reader.subscribe(1, position(LoopbackShard.EPOCH, 4), 100);
            subscribed(reader, 1);
            cluster.replica(1).lag(false);
            writer.publishAll(6, 1);
            assertEquals(List.of(5L, 6L), serials(reader.messages(1, 2)));
        }
    }

    @Test
    void resumesWithoutALeader() {
        try (var cluster = LoopbackCluster.start(2, 2)) {
            ScriptedClient client = cluster.connect(1);
            client.publishAll(1, 5);
            cluster.shard().settle();
            cluster.shard().leader(null);
            client.subscribe(1, position(LoopbackShard.EPOCH, 2), 100);
            assertEquals(List.of(3L, 4L, 5L), serials(client.messages(1, 3)));
        }
    }

    @Test
    void refusesLatestWhileNothingCanBeConfirmed() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            cluster.replica(0).refuseToConfirm(true);
            ScriptedClient client = cluster.connect(0);
            client.subscribe(1, Start.newBuilder().setLatest(true), 1);
            assertEquals(Reason.REASON_READ_NOT_CONFIRMED, client.closed(1).getReason());
        }
    }

    @Test
    void sendsNoMoreThanTheDemand() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.subscribe(1, Start.newBuilder().setSerial(1), 2);
            subscribed(client, 1);
            client.publishAll(1, 5);
            assertEquals(List.of(1L, 2L), serials(client.messages(1, 2)));
            client.demand(1, 1);
            client.messages(1, 3);
            client.subscribe(2, Start.newBuilder().setSerial(1), 5);
            client.messages(2, 5);
            assertEquals(List.of(1L, 2L, 3L), serials(client.messages(1)));
        }
    }

    @Test
    void aReaderThatFallsOutOfTheRingReadsTheStoreAndComesBack() {
        try (var cluster = LoopbackCluster.start(1, 1, SessionLimits.DEFAULT, SMALL_RING)) {
            ScriptedClient writer = cluster.connect(0);
            ScriptedClient reader = cluster.connect(0);
            reader.subscribe(1, Start.newBuilder().setSerial(1), 2);
            subscribed(reader, 1);
            writer.publishAll(1, 100);
            for (int i = 0; i < 100; i++) {
                writer.publish(101 + i, 101 + i, "m");
                reader.demand(1, 2);
            }
            assertEquals(LongStream.rangeClosed(1, 200).boxed().toList(), serials(reader.messages(1, 200)));
            reader.demand(1, 1_000);
            int before = cluster.replica(0).reads();
            writer.publishAll(201, 20);
            assertEquals(220, reader.messages(1, 220).size());
            assertTrue(cluster.replica(0).reads() - before < 20, "the ring serves a reader that keeps up");
            assertTrue(before > 0, "the store was needed");
        }
    }

    @Test
    void everySubscriberSeesTheSameOrderUnderConcurrentPublishing() {
        try (var cluster = LoopbackCluster.start(3, 2, SessionLimits.DEFAULT, SMALL_RING)) {
            List<ScriptedClient> readers = List.of(cluster.connect(0), cluster.connect(1), cluster.connect(2));
            readers.forEach(reader -> reader.subscribe(1, Start.newBuilder().setSerial(1), 1_000));
            List<ScriptedClient> writers = List.of(cluster.connect(0), cluster.connect(2));
            for (int i = 1; i <= 200; i++) {
                for (int w = 0; w < writers.size(); w++) {
                    publishOne(writers.get(w), i, ByteString.copyFromUtf8("producer-number" + w), i);
                }
            }
            List<StoredMessage> expected = readers.get(0).messages(1, 400);
            assertEquals(LongStream.rangeClosed(1, 400).boxed().toList(), serials(expected));
            readers.forEach(reader -> assertEquals(expected, reader.messages(1, 400)));
        }
    }

    @Test
    void followsAnotherReplicaWhenTheFirstIsLostWithoutGapOrDuplicate() {
        try (var cluster = LoopbackCluster.start(4, 3)) {
            ScriptedClient writer = cluster.connect(2);
            cluster.shard().leader(new NodeId("n2"));
            ScriptedClient reader = cluster.connect(3);
            reader.subscribe(1, Start.newBuilder().setSerial(1), 10_000);
            subscribed(reader, 1);
            long next = 1;
            writer.publishAll(next, 20);
            reader.messages(1, 20);
            cluster.node(0).breakPeerPort();
            writer.publishAll(21, 20);
            reader.messages(1, 40);
            cluster.node(1).breakPeerPort();
            writer.publishAll(41, 20);
            assertEquals(LongStream.rangeClosed(1, 60).boxed().toList(), serials(reader.messages(1, 60)));
        }
    }

    @Test
    void goesOnAfterTheReplicaLostItsFollowers() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.subscribe(1, Start.newBuilder().setSerial(1), 10_000);
            client.publishAll(1, 5);
            client.messages(1, 5);
            cluster.replica(0).loseFollowers();
            client.publishAll(6, 5);
            assertEquals(LongStream.rangeClosed(1, 10).boxed().toList(), serials(client.messages(1, 10)));
        }
    }

    @Test
    void tellsTheExactGapThatRetentionLeft() {
        try (var cluster = LoopbackCluster.start(2, 1)) {
            cluster.shard()
                    .policy(Retention.newBuilder().setMessagesPerChannel(3).build());
            ScriptedClient client = cluster.connect(1);
            client.publishAll(1, 10);
            client.subscribe(1, Start.newBuilder().setSerial(2), 100);
            List<StoredMessage> messages = client.messages(1, 1);
            Gap gap = client.await("gap", ServerFrame::hasGap, ServerFrame::getGap);
            assertEquals(2, gap.getFirstSerial());
            assertEquals(messages.get(0).getSerial() - 1, gap.getLastSerial());
            assertEquals(GapCause.GAP_CAUSE_RETENTION, gap.getCause());
            assertEquals(10, caughtUp(client, 1));
        }
    }

    @Test
    void deliversEphemeralMessagesInPlaceAndStoresNothing() {
        try (var cluster = LoopbackCluster.start(2, 1)) {
            ScriptedClient client = cluster.connect(1);
            client.subscribe(1, Start.newBuilder().setLatest(true), 100);
            subscribed(client, 1);
            client.publishAll(1, 1);
            client.messages(1, 1);
            client.publish(ScriptedClient.plain(50, "typing", section -> section.setEphemeral(true)));
            assertEquals(1, client.receipt(50).getSerial());
            client.publishAll(2, 1);
            List<StoredMessage> messages = client.messages(1, 3);
            assertEquals(List.of(1L, 1L, 2L), serials(messages));
            assertTrue(messages.get(1).getEphemeral());
            client.subscribe(2, Start.newBuilder().setSerial(1), 100);
            assertEquals(List.of(1L, 2L), serials(client.messages(2, 2)));
        }
    }

    @Test
    void unsubscribesAndTakesTheIdAgain() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.subscribe(1, Start.newBuilder().setLatest(true), 10);
            subscribed(client, 1);
            client.unsubscribe(1);
            assertEquals(Reason.REASON_UNSPECIFIED, client.closed(1).getReason());
            client.publishAll(1, 2);
            client.subscribe(1, Start.newBuilder().setSerial(1), 10);
            assertEquals(List.of(1L, 2L), serials(client.messages(1, 2)));
        }
    }

    @Test
    void refusesMoreSubscriptionsThanAllowed() {
        SessionLimits two = new SessionLimits(10, 2, 500, 3, 30_000);
        try (var cluster = LoopbackCluster.start(1, 1, two, FanoutLimits.DEFAULT)) {
            ScriptedClient client = cluster.connect(0);
            for (int id = 1; id <= 3; id++) {
                client.subscribe(id, Start.newBuilder().setLatest(true), 1);
            }
            assertEquals(Reason.REASON_TOO_MANY_SUBSCRIPTIONS, client.closed(3).getReason());
            subscribed(client, 2);
        }
    }

    @Test
    void refusesMoreSessionsThanAllowed() {
        SessionLimits one = new SessionLimits(1, 2, 500, 3, 30_000);
        try (var cluster = LoopbackCluster.start(1, 1, one, FanoutLimits.DEFAULT)) {
            cluster.connect(0);
            assertEquals(Reason.REASON_OVERLOADED, cluster.stranger(0).endReason());
        }
    }

    @Test
    void endsAStreamThatBreaksTheGrammar() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient early = cluster.stranger(0);
            early.publish(ScriptedClient.plain(1, "before hello"));
            assertEquals(Reason.REASON_PROTOCOL_VIOLATION, early.endReason());

            ScriptedClient twice = cluster.connect(0);
            twice.send(ClientFrame.newBuilder().setHello(Hello.newBuilder().setVersion(1)));
            assertEquals(Reason.REASON_PROTOCOL_VIOLATION, twice.endReason());

            ScriptedClient empty = cluster.connect(0);
            empty.send(ClientFrame.newBuilder());
            assertEquals(Reason.REASON_PROTOCOL_VIOLATION, empty.endReason());

            ScriptedClient sameId = cluster.connect(0);
            sameId.subscribe(1, Start.newBuilder().setLatest(true), 1);
            sameId.subscribe(1, Start.newBuilder().setLatest(true), 1);
            assertEquals(Reason.REASON_PROTOCOL_VIOLATION, sameId.endReason());

            ScriptedClient version = cluster.stranger(0);
            version.send(ClientFrame.newBuilder().setHello(Hello.newBuilder().setVersion(9)));
            assertEquals(Reason.REASON_PROTOCOL_VIOLATION, version.endReason());
        }
    }

    @Test
    void refusesAClientOfAnotherCluster() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.stranger(0);
            client.send(ClientFrame.newBuilder()
                    .setHello(Hello.newBuilder().setVersion(1).setClusterId("elsewhere")));
            assertEquals(Reason.REASON_CLUSTER_MISMATCH, client.endReason());
        }
    }

    @Test
    void endsASessionThatFallsSilent() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            client.stopPinging();
            assertEquals(Reason.REASON_HEARTBEAT_TIMEOUT, client.endReason());
            eventually("forgotten", () -> cluster.node(0).messaging().sessions().count() == 0);
        }
    }

    @Test
    void endsASessionThatTakesNothing() {
        SessionLimits impatient = new SessionLimits(10, 10, 500, 3, 600);
        try (var cluster = LoopbackCluster.start(1, 1, impatient, FanoutLimits.DEFAULT)) {
            ScriptedClient writer = cluster.connect(0);
            ScriptedClient stuck = cluster.connect(0);
            stuck.subscribe(1, Start.newBuilder().setSerial(1), 1_000_000);
            subscribed(stuck, 1);
            stuck.read(false);
            String text = "x".repeat(4_000);
            for (int i = 1; i <= 600; i++) {
                writer.publish(i, i, text);
                writer.receipts(i);
            }
            eventually("cut", () -> cluster.node(0).messaging().sessions().count() == 1);
            stuck.read(true);
            writer.publishAll(1_000 - 399, 1);
        }
    }

    @Test
    void asksClientsToMoveAndTakesNoNewOnes() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            cluster.node(0).messaging().drain(Duration.ofMillis(300), List.of("127.0.0.1:1"));
            var goAway = client.await("go away", ServerFrame::hasGoAway, ServerFrame::getGoAway);
            assertEquals(Reason.REASON_DRAINING, goAway.getReason().getReason());
            assertEquals(List.of("127.0.0.1:1"), goAway.getEndpointsList());
            assertTrue(goAway.getSlotMs() < 300);
            assertTrue(goAway.getDeadlineMs() > goAway.getSlotMs());
            assertEquals(Reason.REASON_DRAINING, cluster.stranger(0).endReason());
            client.publish(1, 1, "still served");
            assertEquals(1, serial(client, 1));
            cluster.node(0).messaging().sessions().undrain();
            cluster.connect(0);
        }
    }

    @Test
    void refusesAStreamThatHasNotBeenWelcomedWhenADrainBegins() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient silent = cluster.stranger(0);
            eventually("opened", () -> cluster.node(0).messaging().sessions().count() == 1);
            cluster.node(0).messaging().drain(Duration.ofMillis(300), List.of());
            assertEquals(Reason.REASON_DRAINING, silent.endReason());
        }
    }

    @Test
    void answersEverythingBeforeItEndsAHalfClosedStream() {
        try (var cluster = LoopbackCluster.start(1, 1)) {
            ScriptedClient client = cluster.connect(0);
            cluster.shard().hold();
            client.publish(1, 1, "last words");
            client.halfClose();
            eventually("held", () -> cluster.shard().held() == 1);
            assertFalse(client.hasEnded());
            cluster.shard().release();
            assertEquals(1, serial(client, 1));
            assertEquals(Reason.REASON_UNSPECIFIED, client.endReason());
        }
    }

    private static void publishExpired(ScriptedClient client, long request) {
        client.publish(ScriptedClient.plain(request, "gone", section -> section.getChannelsBuilder(0)
                .setMessages(0, MessageBody.newBuilder().setTtlMs(1))));
    }

    private static void publishOne(ScriptedClient client, long request, ByteString producer, long sequence) {
        client.publish(ScriptedClient.plain(request, "m" + sequence, section -> section.setProducer(producer)
                .setFirstSequence(sequence)));
    }

    private static long publishedBy(ScriptedClient client) {
        client.publish(ScriptedClient.plain(1, "x"));
        return serial(client, 1);
    }

    /** Written with the log's schema, where a body is bytes. */
    private static ByteString publishOfBodies(long request, ByteString... bodies) {
        ByteString section = PublishSection.newBuilder()
                .addChannels(SectionChannel.newBuilder().setChannel("room").addAllMessages(List.of(bodies)))
                .build()
                .toByteString();
        return ClientFrame.newBuilder()
                .setPublish(Publish.newBuilder()
                        .setRequestId(request)
                        .setUnknownFields(UnknownFieldSet.newBuilder()
                                .addField(
                                        Publish.SECTION_FIELD_NUMBER,
                                        UnknownFieldSet.Field.newBuilder()
                                                .addLengthDelimited(section)
                                                .build())
                                .build()))
                .build()
                .toByteString();
    }

    private static Start.Builder position(long epoch, long serial) {
        return Start.newBuilder()
                .setPosition(Position.newBuilder().setEpoch(epoch).setSerial(serial));
    }

    private static Subscribed subscribed(ScriptedClient client, int id) {
        return client.await(
                "subscribed " + id,
                frame -> frame.hasSubscribed() && frame.getSubscribed().getSubscriptionId() == id,
                ServerFrame::getSubscribed);
    }

    private static long caughtUp(ScriptedClient client, int id) {
        return client.await(
                "caught up " + id,
                frame -> frame.hasCaughtUp() && frame.getCaughtUp().getSubscriptionId() == id,
                frame -> frame.getCaughtUp().getPosition().getSerial());
    }

    private static long serial(ScriptedClient client, long request) {
        return client.receipt(request).getSerial();
    }

    private static List<Long> serials(List<StoredMessage> messages) {
        return messages.stream().map(StoredMessage::getSerial).toList();
    }
}
