package dev.skein.systemtests.check;

/** What is checked, with the guarantee it belongs to. */
public enum Promise {
    ACKED_NOT_LOST(
            "G1", "C1", "an acknowledged message is on every replica and in every history, where its receipt says"),
    ONE_ORDER("G2", "C2", "a place in a channel holds one message, the same wherever one looks"),
    GAPLESS("G2", "C3", "serials are 1, 2, 3 ... without a gap on every replica"),
    REAL_TIME_ORDER("G2", "C6", "what is published after an answer comes after what was answered"),
    REPLICAS_EQUAL("G2", "C11", "all replicas hold the same history, down to log times and producer sequences"),
    AT_MOST_ONCE("G3", "C5", "a publish takes effect at most once"),
    RETRY_FINDS_ORIGINAL("G3", "C5", "a retry in another region is answered with the original serial"),
    PUBLISHER_ORDER("G4", "C4", "one publisher's messages to a channel keep their order"),
    SUBSCRIBER_ORDER("G5", "C4", "a subscriber gets each serial once and in order, across all reconnects"),
    SUBSCRIBER_COMPLETE("G5", "C4", "a subscriber misses nothing and is told of no gap"),
    ONLY_COMMITTED("G6", "C2", "what was delivered is in the history that stays"),
    FAILED_NEVER_APPEARS("G7", "C7", "what was reported as failed never appears"),
    PUBLISHES_END("G7", "C7", "every publish ends with a receipt, a failure or an open outcome"),
    BOUNDED_OUTAGE("G8", "C14", "publishing stops for no longer than allowed when a region is lost"),
    MONOTONIC_READS("G2", "C8", "the end of a channel never goes back, and is not before what was acknowledged"),
    RESUME_EXACT("G5", "C9", "a resumed subscription goes on with the very next message"),
    CONDITION_HOLDS("G2", "C10", "of conditional publishes one at most follows a serial; a refusal names the true end"),
    DIGESTS_EQUAL("G2", "C11", "replicas that have applied the same entries are in the same state, at any moment"),
    ONE_LEADER_A_TERM("G2", "C12", "a shard has one leader in a term"),
    RECOVERS(
            "G8",
            "C14",
            "publishing and delivery come back soon after the faults are over, and stop no longer than allowed"),
    ISOLATED("G8", "C15", "slow clients are told why they are let go, and others don't feel them"),
    QUIET_IN_THE_END("G8", "C16", "every shard is led, no replica is behind or fenced, nothing has leaked"),
    DAMAGE_REFUSED("G9", "T", "a node with damaged storage refuses it, says why, and is never believed");

    private final String guarantee;
    private final String rule;
    private final String text;

    Promise(String guarantee, String rule, String text) {
        this.guarantee = guarantee;
        this.rule = rule;
        this.text = text;
    }

    /** G1 to G9. */
    public String guarantee() {
        return guarantee;
    }

    /** The checker's number, C1 to C16; T for damaged files. */
    public String rule() {
        return rule;
    }

    public String text() {
        return text;
    }
}
