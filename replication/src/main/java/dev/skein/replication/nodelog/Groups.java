package dev.skein.replication.nodelog;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All groups of the log by number, and the replay of frames into them. Numbers are never used twice. Changed by the writer thread
 * (and recovery before it) only; the monitor makes reads elsewhere safe.
 */
final class Groups {

    private final Segments segments;
    private final Map<Integer, GroupIndex> byNumber = new TreeMap<>();
    private int nextNumber = 1;

    Groups(Segments segments) {
        this.segments = segments;
    }

    synchronized List<GroupIndex> all() {
        return new ArrayList<>(byNumber.values());
    }

    synchronized Optional<GroupIndex> find(String name) {
        return byNumber.values().stream()
                .filter(group -> group.name().equals(name))
                .findFirst();
    }

    synchronized Optional<GroupIndex> find(int number) {
        return Optional.ofNullable(byNumber.get(number));
    }

    synchronized int nextNumber() {
        return nextNumber;
    }

    synchronized GroupIndex add(int number, String name) {
        if (number != nextNumber || find(name).isPresent()) {
            throw new IllegalStateException("group " + number + " named " + name + " does not come next");
        }
        nextNumber = number + 1;
        GroupIndex group = new GroupIndex(number, name, segments);
        byNumber.put(number, group);
        return group;
    }

    synchronized void drop(int number) {
        require(number).forget();
        byNumber.remove(number);
    }

    synchronized GroupIndex require(int number) {
        GroupIndex group = byNumber.get(number);
        if (group == null) {
            throw new IllegalStateException("group " + number + " is not known");
        }
        return group;
    }

    /** State of all groups as a checkpoint holds it; equal states give equal bytes. */
    synchronized byte[] checkpoint() {
        int bytes = 8 + all().stream().mapToInt(GroupIndex::encodedBytes).sum();
        ByteBuffer target = ByteBuffer.allocate(bytes).putInt(nextNumber).putInt(byNumber.size());
        byNumber.values().forEach(group -> group.encode(target));
        return target.array();
    }

    /** Takes the state over from the oldest segment's checkpoint. */
    synchronized void restore(ByteBuffer checkpoint) {
        ByteBuffer source = checkpoint.duplicate();
        try {
            nextNumber = source.getInt();
            for (int left = source.getInt(); left > 0; left--) {
                restoreGroup(source);
            }
        } catch (BufferUnderflowException early) {
            throw new IllegalStateException("a checkpoint that ends early", early);
        }
        if (source.hasRemaining()) {
            throw new IllegalStateException("a checkpoint with " + source.remaining() + " bytes too many");
        }
    }

    private void restoreGroup(ByteBuffer source) {
        GroupIndex group = GroupIndex.decode(source, segments);
        boolean known = group.number() < 1 || group.number() >= nextNumber || byNumber.containsKey(group.number());
        if (known || find(group.name()).isPresent()) {
            throw new IllegalStateException("a checkpoint with group " + group.number() + " named " + group.name());
        }
        byNumber.put(group.number(), group);
    }

    /** Does what a frame says, exactly as when it was written. */
    void replay(Frame frame, long position) {
        int bytes = frame.paddedBytes();
        switch (frame.type()) {
            case GROUP -> add(frame.group(), text(frame.payload()));
            case DROP_GROUP -> drop(frame.group());
            case ENTRY -> require(frame.group()).append(frame.kind(), frame.index(), frame.term(), position, bytes);
            case TRUNCATE_SUFFIX -> require(frame.group()).cutAbove(frame.index());
            case TRUNCATE_PREFIX -> require(frame.group()).cutBelow(frame.index());
            case RESET -> require(frame.group()).reset(frame.index(), frame.term());
            case RETAIN -> require(frame.group()).retain(frame.index());
            case RELOCATED -> require(frame.group()).relocated(frame.kind(), frame.index(), position, bytes);
            case BACKFILL -> require(frame.group()).backfill(frame.kind(), frame.index(), position, bytes);
            case CHECKPOINT, NONE -> throw new IllegalStateException("a checkpoint that does not begin its segment");
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
