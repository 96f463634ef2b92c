package dev.skein.replication.link;

import dev.skein.proto.replication.v1.LinkFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Frames waiting for one stream, safe for any thread. Small control frames overtake appends and files, so that a bulky group
 * can't delay the heartbeats of the others; within each of the two, order is kept. Of commit pushes only the newest of each
 * group waits.
 */
final class FrameQueue {

    private final long controlBytesMax;
    private final long dataBytesMax;
    private final ArrayDeque<LinkFrame> control = new ArrayDeque<>();
    private final ArrayDeque<LinkFrame> data = new ArrayDeque<>();
    private final Map<String, CommitPush> pushes = new LinkedHashMap<>();
    private long controlBytes;
    private long dataBytes;

    FrameQueue(long controlBytesMax, long dataBytesMax) {
        this.controlBytesMax = controlBytesMax;
        this.dataBytesMax = dataBytesMax;
    }

    /** Adds a frame unless its queue is full. */
    synchronized boolean offer(LinkFrame frame) {
        int cost = cost(frame);
        if (isData(frame)) {
            if (dataBytes + cost > dataBytesMax) {
                return false;
            }
            dataBytes += cost;
            return data.add(frame);
        }
        if (controlBytes + cost > controlBytesMax) {
            return false;
        }
        controlBytes += cost;
        return control.add(frame);
    }

    /**
     * Replaces the group's waiting push. A push may overtake appends queued before it: the receiver holds it until it has the
     * entries on disk.
     */
    synchronized void push(CommitPush push) {
        pushes.put(push.group(), push);
    }

    /** The next frames to send together: at least one if any waits, and then no more than the bytes allow. */
    synchronized List<LinkFrame> poll(int bytesMax) {
        List<LinkFrame> batch = new ArrayList<>();
        long room = drain(control, bytesMax, batch);
        room = drainPushes(room, batch);
        drain(data, room, batch);
        return batch;
    }

    private long drain(ArrayDeque<LinkFrame> queue, long room, List<LinkFrame> batch) {
        while (!queue.isEmpty() && (batch.isEmpty() || cost(queue.peek()) <= room)) {
            LinkFrame frame = queue.remove();
            room -= cost(frame);
            if (queue == data) {
                dataBytes -= cost(frame);
            } else {
                controlBytes -= cost(frame);
            }
            batch.add(frame);
        }
        return room;
    }

    private long drainPushes(long room, List<LinkFrame> batch) {
        for (Iterator<CommitPush> it = pushes.values().iterator(); it.hasNext() && room > 0; ) {
            LinkFrame frame = it.next().frame();
            it.remove();
            room -= cost(frame);
            batch.add(frame);
        }
        return room;
    }

    synchronized long bytes() {
        return controlBytes + dataBytes;
    }

    private static boolean isData(LinkFrame frame) {
        return switch (frame.getKind()) {
            case APPEND_ENTRIES, INSTALL_SNAPSHOT -> true;
            default -> frame.getBody().size() > LinkLimits.MESSAGE_BYTES / 8;
        };
    }

    private static int cost(LinkFrame frame) {
        return frame.getBody().size() + frame.getGroup().length() + 16;
    }
}
