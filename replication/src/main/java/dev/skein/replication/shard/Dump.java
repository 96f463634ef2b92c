package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.replication.DumpedMessage;
import dev.skein.replication.store.Cursor;
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
        byte[] from = Keys.run(head.channel, head.firstSerial);
        try (Cursor runs = view.ascending(from, Keys.runsEnd(head.channel))) {
            while (runs.next()) {
                run(head, Run.read(Keys.lastNumber(runs.key()), runs.value()));
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
