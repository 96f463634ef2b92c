package dev.skein.systemtests.check;

import java.util.Optional;

/**
 * What became of a node whose storage was damaged.
 *
 * @param kind of damage, in a word
 * @param node whose
 * @param what was done
 * @param mustRefuse whether the damage can be seen when the node starts; otherwise what it serves has to be right
 * @param refusal why it takes no part; empty: it takes part
 */
public record Damage(String kind, String node, String what, boolean mustRefuse, Optional<String> refusal) {}
