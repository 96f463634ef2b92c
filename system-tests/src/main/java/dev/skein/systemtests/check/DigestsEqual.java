package dev.skein.systemtests.check;

import dev.skein.systemtests.history.StateDigest;
import java.util.HashMap;
import java.util.Map;

/** Whoever was seen at an applied index of a shard had one and the same digest there, at whatever moment of the run. Counts pairs. */
final class DigestsEqual implements Checker {

    private record At(String group, long index) {}

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.DIGESTS_EQUAL, "digests at an index seen before");
        Map<At, StateDigest> first = new HashMap<>();
        ledger.history().digests(digest -> {
            StateDigest before = first.putIfAbsent(new At(digest.group(), digest.appliedIndex()), digest);
            if (before == null || before.node().equals(digest.node()) && before.digest() == digest.digest()) {
                return;
            }
            finding.looked();
            if (before.digest() != digest.digest()) {
                finding.broken(
                        "%s at index %d: %016x on %s, %016x on %s",
                        digest.group(),
                        digest.appliedIndex(),
                        before.digest(),
                        before.node(),
                        digest.digest(),
                        digest.node());
            }
        });
        return finding.verdict();
    }
}
