package dev.skein.systemtests.check;

import java.util.List;

/** A node that can see the damage takes no part and says why. What the others serve is judged by all the other checkers. */
public final class DamageRefused {

    private DamageRefused() {}

    /** A verdict on all damages of a run. */
    public static Verdict check(List<Damage> damages) {
        Finding finding = new Finding(Promise.DAMAGE_REFUSED, "damaged directories");
        for (Damage damage : damages) {
            finding.looked();
            if (damage.mustRefuse() && damage.refusal().isEmpty()) {
                finding.broken(
                        "%s took part with damaged storage (%s: %s)", damage.node(), damage.kind(), damage.what());
            } else if (damage.refusal().filter(String::isBlank).isPresent()) {
                finding.broken("%s refused its storage without a reason (%s)", damage.node(), damage.kind());
            }
        }
        return finding.verdict();
    }
}
