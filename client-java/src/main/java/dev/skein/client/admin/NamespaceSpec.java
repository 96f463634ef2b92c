package dev.skein.client.admin;

import java.time.Duration;

/**
 * Policy of a namespace. Zero, empty and DEFAULT let the cluster choose.
 *
 * @param name lower-case letters, digits, '-' and '_', 1 to 64, starting with a letter
 * @param shards fixed at creation, 1 to 1,024; 0: 24
 * @param survivalGoal what its messages must outlive
 * @param homeRegion where its leaders prefer to be; empty: the first region of the configuration
 * @param voters 3 or 5; 0: as the nodes allow
 * @param fsync when an acknowledged message is on disk
 * @param retention how long messages are kept
 * @param dedupWindow how long a message id is remembered; zero: 10 minutes
 * @param messageBytesMax largest message; 0: 262,144
 * @param presence who is in its channels
 * @param edge what clients of the edge may do
 */
public record NamespaceSpec(
        String name,
        int shards,
        SurvivalGoal survivalGoal,
        String homeRegion,
        int voters,
        FsyncMode fsync,
        Retention retention,
        Duration dedupWindow,
        long messageBytesMax,
        Presence presence,
        EdgeOptions edge) {

    /** A namespace with the cluster's defaults. */
    public static NamespaceSpec named(String name) {
        return new NamespaceSpec(
                name,
                0,
                SurvivalGoal.DEFAULT,
                "",
                0,
                FsyncMode.DEFAULT,
                Retention.unlimited(),
                Duration.ZERO,
                0,
                Presence.off(),
                EdgeOptions.defaults());
    }

    /** With this many shards. */
    public NamespaceSpec withShards(int shards) {
        return new NamespaceSpec(
                name,
                shards,
                survivalGoal,
                homeRegion,
                voters,
                fsync,
                retention,
                dedupWindow,
                messageBytesMax,
                presence,
                edge);
    }

    /** With this goal. */
    public NamespaceSpec withSurvivalGoal(SurvivalGoal goal) {
        return new NamespaceSpec(
                name, shards, goal, homeRegion, voters, fsync, retention, dedupWindow, messageBytesMax, presence, edge);
    }

    /** With this home region. */
    public NamespaceSpec withHomeRegion(String region) {
        return new NamespaceSpec(
                name,
                shards,
                survivalGoal,
                region,
                voters,
                fsync,
                retention,
                dedupWindow,
                messageBytesMax,
                presence,
                edge);
    }

    /** With this retention. */
    public NamespaceSpec withRetention(Retention retention) {
        return new NamespaceSpec(
                name,
                shards,
                survivalGoal,
                homeRegion,
                voters,
                fsync,
                retention,
                dedupWindow,
                messageBytesMax,
                presence,
                edge);
    }

    /** With this presence. */
    public NamespaceSpec withPresence(Presence presence) {
        return new NamespaceSpec(
                name,
                shards,
                survivalGoal,
                homeRegion,
                voters,
                fsync,
                retention,
                dedupWindow,
                messageBytesMax,
                presence,
                edge);
    }

    /** With these options for clients of the edge. */
    public NamespaceSpec withEdge(EdgeOptions edge) {
        return new NamespaceSpec(
                name,
                shards,
                survivalGoal,
                homeRegion,
                voters,
                fsync,
                retention,
                dedupWindow,
                messageBytesMax,
                presence,
                edge);
    }
}
