package dev.skein.replication.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The batch's new messages by channel, in order. They refer to the entries' bytes; nothing is copied yet. */
final class TailCollector {

    private Map<String, List<PlacedMessage>> byChannel = new LinkedHashMap<>();

    void add(String channel, PlacedMessage message) {
        byChannel.computeIfAbsent(channel, name -> new ArrayList<>()).add(message);
    }

    Map<String, List<PlacedMessage>> take() {
        Map<String, List<PlacedMessage>> taken = byChannel;
        byChannel = new LinkedHashMap<>();
        return taken;
    }
}
