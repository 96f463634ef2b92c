package dev.skein.client.admin;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Changes to a namespace; what is empty stays.
 *
 * @param name the namespace
 * @param survivalGoal new goal
 * @param homeRegion new home region
 * @param fsync new fsync mode
 * @param retention new retention, as a whole
 * @param dedupWindow new window of message ids
 * @param messageBytesMax new largest message
 * @param presence new presence, as a whole
 * @param edge what changes of what clients of the edge may do
 */
public record NamespaceChange(
        String name,
        Optional<SurvivalGoal> survivalGoal,
        Optional<String> homeRegion,
        Optional<FsyncMode> fsync,
        Optional<Retention> retention,
        Optional<Duration> dedupWindow,
        OptionalLong messageBytesMax,
        Optional<Presence> presence,
        EdgeOptions edge) {

    /** No change yet. */
    public static NamespaceChange of(String name) {
        return new NamespaceChange(
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                EdgeOptions.defaults());
    }

    /** To this home region. */
    public NamespaceChange withHomeRegion(String region) {
        return new NamespaceChange(
                name,
                survivalGoal,
                Optional.of(region),
                fsync,
                retention,
                dedupWindow,
                messageBytesMax,
                presence,
                edge);
    }

    /** To this goal. */
    public NamespaceChange withSurvivalGoal(SurvivalGoal goal) {
        return new NamespaceChange(
                name, Optional.of(goal), homeRegion, fsync, retention, dedupWindow, messageBytesMax, presence, edge);
    }

    /** To this retention. */
    public NamespaceChange withRetention(Retention retention) {
        return new NamespaceChange(
                name,
                survivalGoal,
                homeRegion,
                fsync,
                Optional.of(retention),
                dedupWindow,
                messageBytesMax,
                presence,
                edge);
    }

    /** To this presence. */
    public NamespaceChange withPresence(Presence presence) {
        return new NamespaceChange(
                name,
                survivalGoal,
                homeRegion,
                fsync,
                retention,
                dedupWindow,
                messageBytesMax,
                Optional.of(presence),
                edge);
    }

    /** With this changed of what clients of the edge may do. */
    public NamespaceChange withEdge(EdgeOptions edge) {
        return new NamespaceChange(
                name, survivalGoal, homeRegion, fsync, retention, dedupWindow, messageBytesMax, presence, edge);
    }
}
