package dev.skein.systemtests.launch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A namespace that the cluster creates when it first starts.
 *
 * @param more further settings of the configuration file, as they stand there: {@code voters}, {@code fsync}, {@code retention} ...
 */
public record NamespacePlan(String name, int shards, String survivalGoal, String homeRegion, Map<String, Object> more) {

    public NamespacePlan {
        more = Map.copyOf(more);
    }

    Map<String, Object> toConfig() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("name", name);
        config.put("shards", shards);
        config.put("survivalGoal", survivalGoal);
        config.put("homeRegion", homeRegion);
        config.putAll(more);
        return config;
    }
}
