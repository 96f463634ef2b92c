package dev.skein.client.internal.core;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/** One sending of a section: publishes of one lane with sequences that follow each other. The server answers it as a whole. */
final class Attempt {

    /** Bytes of a section around its channels, at most. */
    private static final int FRAMING_BYTES = 64;

    /** Bytes of a channel around its name and messages, at most. */
    private static final int PART_FRAMING_BYTES = 16;

    final PublishLane lane;
    final ByteString producer;

    /** What the lane knew to be taken when this was sent. */
    final long takenBefore;

    final long firstSequence;
    final List<PendingPublish> publishes = new ArrayList<>();

    /** 0 until it is sent. */
    long requestId;

    private int messages;
    private long bytes = FRAMING_BYTES;

    Attempt(PublishLane lane, PendingPublish first) {
        this.lane = lane;
        this.producer = lane.producer();
        this.takenBefore = lane.takenThrough();
        this.firstSequence = first.firstSequence;
        add(first);
    }

    /** Whether the publish may go along, with this sequence. */
    boolean takes(PendingPublish next, long sequence, SectionSize size) {
        return !next.alone
                && !publishes.get(0).alone
                && sequence == firstSequence + messages
                && messages + next.size() <= size.messagesMax()
                && bytes + bytesOf(next) <= size.bytesMax();
    }

    void add(PendingPublish publish) {
        bytes += bytesOf(publish);
        messages += publish.size();
        publishes.add(publish);
        publish.underWay = true;
        publish.attempts++;
    }

    /** Whether the lane still is the producer that sent it. */
    boolean isPresent() {
        return lane.producer() == producer;
    }

    /** Whether its answer is still a word on anything: a change of the producer may have settled all of it. */
    boolean isOpen() {
        for (PendingPublish publish : publishes) {
            if (!publish.settled) {
                return true;
            }
        }
        return false;
    }

    boolean isOfOnePublish() {
        return publishes.size() == 1;
    }

    int messages() {
        return messages;
    }

    long lastSequence() {
        return firstSequence + messages - 1;
    }

    /** Bytes of the section, or a little more. */
    long bytes() {
        return bytes;
    }

    /** The longest of its publishes; those whose time is over earlier are told so here. */
    int serverTryMillis(long nowNanos) {
        long longest = 0;
        for (int i = 0; i < publishes.size(); i++) {
            longest = Math.max(longest, publishes.get(i).serverTryMillis(nowNanos));
        }
        return (int) longest;
    }

    private long bytesOf(PendingPublish publish) {
        boolean samePart = !publishes.isEmpty()
                && publishes.get(publishes.size() - 1).channel.equals(publish.channel);
        return publish.bytes() + (samePart ? 0 : PART_FRAMING_BYTES + publish.channel.utf8().length);
    }
}
