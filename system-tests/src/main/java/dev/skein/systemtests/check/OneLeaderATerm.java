package dev.skein.systemtests.check;

import java.util.HashMap;
import java.util.Map;

/** Whatever node was asked, and whenever: who leads a shard in a term is one node. */
final class OneLeaderATerm implements Checker {

    private record Term(String group, long term) {}

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.ONE_LEADER_A_TERM, "terms in which a leader was seen");
        Map<Term, String> leaders = new HashMap<>();
        ledger.history().leaderships(seen -> {
            String before = leaders.putIfAbsent(new Term(seen.group(), seen.term()), seen.leader());
            if (before == null) {
                finding.looked();
            } else if (!before.equals(seen.leader())) {
                finding.broken(
                        "%s was led by %s and by %s in term %d", seen.group(), before, seen.leader(), seen.term());
            }
        });
        return finding.verdict();
    }
}
