package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.replication.DumpedMessage;
import dev.skein.replication.store.StoreView;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Hands out everything that one view of the state retains. */
final class Dump {

    private final ChannelReader reader;
    private final StoreView view;
    private final Consumer<DumpedMessage> rows;
    private final Progress progress;

    Dump(ChannelReader reader, StoreView view, Consumer<DumpedMessage> rows) {
        this.reader = reader;
        this.view = view;
        this.rows = rows;
        this.progress = Progress.read(view.get(Keys.meta()));
    }

    void channel(ChannelHead head) {
        rows.accept(opening(head));
        if (head.isEmpty()) {
            return;
        }
        try (RunCursor runs = RunCursor.up(view, head, head.firstSerial)) {
            for (long next = head.firstSerial; next <= head.lastSerial; ) {
                Run run = runs.next();
                run(head, run);
                next = run.lastSerial() + 1;
            }
        }
    }

    private void run(ChannelHead head, Run run) {
        RunMessages messages = reader.messages(head.channel, run);
        for (long serial = run.firstSerial(); messages != null && serial <= run.lastSerial(); serial++) {
            rows.accept(row(head, messages.at(serial)));
        }
    }

    private DumpedMessage opening(ChannelHead head) {
        return new DumpedMessage(
                head.channel, progress.epoch(), 0, 0, 0, "", ByteString.EMPTY, 0, 0, head.firstSerial, progress.index);
    }

    private DumpedMessage row(ChannelHead head, PlacedMessage message) {
        MessageFields fields = MessageFields.of(message.body());
        return new DumpedMessage(
                head.channel,
                progress.epoch(),
                message.serial(),
                message.shardSerial(),
                message.timeMillis(),
                fields.messageId().toString(StandardCharsets.UTF_8),
                message.producer(),
                message.sequence(),
                MessageFields.crc(fields.payload()),
                head.firstSerial,
                progress.index);
    }
}
