package dev.skein.replication.link;

import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;

/** Remembers what was applied, in order. */
final class RecordingMachine extends StateMachineAdapter {

    final List<String> applied = new CopyOnWriteArrayList<>();
    volatile LongConsumer onAppliedIndex = index -> {};

    @Override
    public void onApply(Iterator entries) {
        List<String> batch = new java.util.ArrayList<>();
        long last = 0;
        for (; entries.hasNext(); entries.next()) {
            batch.add(StandardCharsets.UTF_8.decode(entries.getData()).toString());
            last = entries.getIndex();
            if (entries.done() != null) {
                entries.done().run(com.alipay.sofa.jraft.Status.OK());
            }
        }
        applied.addAll(batch);
        if (last > 0) {
            onAppliedIndex.accept(last);
        }
    }
}
