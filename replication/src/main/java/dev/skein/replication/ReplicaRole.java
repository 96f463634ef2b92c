package dev.skein.replication;

/** What a replica is at the moment. */
public enum ReplicaRole {
    LEADER,
    FOLLOWER,
    CANDIDATE,
    LEARNER,
    FENCED
}
