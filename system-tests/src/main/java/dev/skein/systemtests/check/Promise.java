package dev.skein.systemtests.check;

/** What is checked, with the guarantee it belongs to. */
public enum Promise {
    ACKED_NOT_LOST("G1", "an acknowledged message is on every replica and in every history, where its receipt says"),
    ONE_ORDER("G2", "a place in a channel holds one message, the same wherever one looks"),
    GAPLESS("G2", "serials are 1, 2, 3 ... without a gap on every replica"),
    REAL_TIME_ORDER("G2", "what is published after an answer comes after what was answered"),
    REPLICAS_EQUAL("G2", "all replicas hold the same history, down to log times and producer sequences"),
    AT_MOST_ONCE("G3", "a publish takes effect at most once"),
    RETRY_FINDS_ORIGINAL("G3", "a retry in another region is answered with the original serial"),
    PUBLISHER_ORDER("G4", "one publisher's messages to a channel keep their order"),
    SUBSCRIBER_ORDER("G5", "a subscriber gets each serial once and in order, across all reconnects"),
    SUBSCRIBER_COMPLETE("G5", "a subscriber misses nothing and is told of no gap"),
    ONLY_COMMITTED("G6", "what was delivered is in the history that stays"),
    FAILED_NEVER_APPEARS("G7", "what was reported as failed never appears"),
    PUBLISHES_END("G7", "every publish ends with a receipt, a failure or an open outcome"),
    BOUNDED_OUTAGE("G8", "publishing stops for no longer than allowed when a region is lost");

    private final String guarantee;
    private final String text;

    Promise(String guarantee, String text) {
        this.guarantee = guarantee;
        this.text = text;
    }

    /** G1 to G8. */
    public String guarantee() {
        return guarantee;
    }

    public String text() {
        return text;
    }
}
