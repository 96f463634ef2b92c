package dev.skein.replication.link;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** Remembers what was applied, in order. */
final class RecordingMachine extends StateMachineAdapter {

    final List<String> applied = new CopyOnWriteArrayList<>();
    final AtomicInteger snapshotsLoaded = new AtomicInteger();
    volatile LongConsumer onAppliedIndex = index -> {};

    @Override
    public void onApply(Iterator entries) {
        List<String> batch = new ArrayList<>();
        long last = 0;
        for (; entries.hasNext(); entries.next()) {
            // The buffer is the log's own: reading it in place would empty the entry for followers that still need it.
            batch.add(StandardCharsets.UTF_8.decode(entries.getData().slice()).toString());
            last = entries.getIndex();
            if (entries.done() != null) {
                entries.done().run(Status.OK());
            }
        }
        applied.addAll(batch);
        if (last > 0) {
            onAppliedIndex.accept(last);
        }
    }

    @Override
    public void onSnapshotSave(SnapshotWriter writer, Closure done) {
        try {
            Files.write(Path.of(writer.getPath(), "applied"), applied);
            writer.addFile("applied");
            done.run(Status.OK());
        } catch (IOException e) {
            done.run(new Status(RaftError.EIO, "%s", e));
        }
    }

    @Override
    public boolean onSnapshotLoad(SnapshotReader reader) {
        try {
            snapshotsLoaded.incrementAndGet();
            applied.clear();
            applied.addAll(Files.readAllLines(Path.of(reader.getPath(), "applied")));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
