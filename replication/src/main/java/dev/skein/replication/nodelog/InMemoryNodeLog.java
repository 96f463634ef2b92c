package dev.skein.replication.nodelog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The log without a disk, for tests of what is built on it. It keeps the same contract, except that nothing outlives it. */
public final class InMemoryNodeLog implements NodeLog {

    private final Map<String, InMemoryGroupLog> groups = new ConcurrentSkipListMap<>();

    @Override
    public GroupLog group(String name) {
        return groups.computeIfAbsent(name, made -> new InMemoryGroupLog(made, () -> groups.remove(made)));
    }

    @Override
    public Optional<GroupLog> find(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    @Override
    public List<String> groups() {
        return List.copyOf(groups.keySet());
    }

    @Override
    public long bytesOnDisk() {
        return 0;
    }

    @Override
    public Optional<NodeLogFailedException> failure() {
        return Optional.empty();
    }

    @Override
    public LogActivity activity() {
        return LogActivity.NONE;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
