package dev.skein.client.admin;

import java.util.List;

/**
 * The cluster as one node knows it.
 *
 * @param clusterId identity
 * @param clusterName name from the configuration
 * @param answeredBy the node that answered
 * @param nodes all known nodes
 * @param namespaces all namespaces
 * @param control the control group, as a shard
 */
public record ClusterStatus(
        String clusterId,
        String clusterName,
        String answeredBy,
        List<Node> nodes,
        List<NamespaceHealth> namespaces,
        Shard control) {

    public ClusterStatus {
        nodes = List.copyOf(nodes);
        namespaces = List.copyOf(namespaces);
    }

    /**
     * One node.
     *
     * @param node its name
     * @param region its region
     * @param zone its zone
     * @param endpoint address for clients
     * @param state gossip's word: alive, suspect, dead, left
     * @param draining takes no new sessions
     * @param quarantined empty, or why the node refuses to take part
     * @param shardsLed shards it leads
     * @param replicas replicas it holds
     * @param sessions open sessions
     * @param incarnation restart counter
     * @param rssBytes resident memory
     * @param disk empty, or what is wrong with its disk
     * @param scrub empty, or what the node's search for rot has found and mended since it started
     */
    public record Node(
            String node,
            String region,
            String zone,
            String endpoint,
            String state,
            boolean draining,
            String quarantined,
            int shardsLed,
            int replicas,
            int sessions,
            long incarnation,
            long rssBytes,
            String disk,
            String scrub) {}

    /**
     * One namespace.
     *
     * @param name its name
     * @param survivalGoal what it must outlive
     * @param fsync when an acknowledged message is on disk
     * @param homeRegion where its leaders prefer to be
     * @param shards how many shards
     * @param shardsLed shards with a leader now
     * @param shardsLedAtHome shards with a leader in the home region
     * @param goalMet whether the goal is met now
     * @param goalText if not, why, in one sentence
     * @param regions what the loss of each region would mean
     * @param zones what the loss of each zone would mean, written region/zone
     * @param shardStatus shards asked for, and always those without a leader
     */
    public record NamespaceHealth(
            String name,
            SurvivalGoal survivalGoal,
            FsyncMode fsync,
            String homeRegion,
            int shards,
            int shardsLed,
            int shardsLedAtHome,
            boolean goalMet,
            String goalText,
            List<LossForecast> regions,
            List<LossForecast> zones,
            List<Shard> shardStatus) {

        public NamespaceHealth {
            regions = List.copyOf(regions);
            zones = List.copyOf(zones);
            shardStatus = List.copyOf(shardStatus);
        }
    }

    /**
     * What a loss would mean.
     *
     * @param what the region or zone
     * @param survives whether every shard would keep its quorum
     * @param shardsLost how many would not
     */
    public record LossForecast(String what, boolean survives, int shardsLost) {}

    /**
     * One shard.
     *
     * @param shard its number
     * @param leader the leading node; empty: none known
     * @param term Raft term
     * @param replicas its replicas
     */
    public record Shard(int shard, String leader, long term, List<Replica> replicas) {

        public Shard {
            replicas = List.copyOf(replicas);
        }
    }

    /**
     * One replica.
     *
     * @param node where it is
     * @param voter counts for the quorum
     * @param role leader, follower, candidate, learner, fenced, down
     * @param lastIndex last Raft index in its log
     * @param appliedIndex last Raft index applied
     * @param committedIndex last Raft index known committed
     * @param digest rolling state digest at {@code appliedIndex}
     * @param lag entries behind the leader's commit
     * @param fenced empty, or why the replica is fenced
     */
    public record Replica(
            String node,
            boolean voter,
            String role,
            long lastIndex,
            long appliedIndex,
            long committedIndex,
            long digest,
            long lag,
            String fenced) {}
}
