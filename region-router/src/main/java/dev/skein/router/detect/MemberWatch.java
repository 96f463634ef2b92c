package dev.skein.router.detect;

/** Watches one member's heartbeat: alive, suspect, dead. Not thread-safe. */
public final class MemberWatch {

    private final PhiConfig config;
    private final ArrivalWindow window;
    private Verdict verdict = Verdict.ALIVE;
    private long suspectSinceNanos;

    /** Starts watching; the member counts as heard now. */
    public MemberWatch(PhiConfig config, long nowNanos) {
        this.config = config;
        this.window = new ArrivalWindow(config, nowNanos);
    }

    /** Its heartbeat advanced. */
    public void heard(long nowNanos) {
        // An outage says nothing about how regular the heartbeat is; slowness that merely looked like one does.
        if (verdict == Verdict.DEAD) {
            window.excuse(nowNanos - window.lastNanos());
        } else {
            window.arrived(nowNanos);
        }
        verdict = Verdict.ALIVE;
    }

    /** Forgives a silence that was the observer's own fault. */
    public void excuse(long nanos) {
        window.excuse(nanos);
        if (verdict == Verdict.SUSPECT) {
            suspectSinceNanos += nanos;
        }
    }

    /** The opinion as of now. */
    public Verdict judge(long nowNanos) {
        double phi = window.phi(nowNanos);
        if (verdict == Verdict.ALIVE && phi >= config.suspectPhi()) {
            verdict = Verdict.SUSPECT;
            suspectSinceNanos = nowNanos;
        } else if (verdict == Verdict.SUSPECT && phi < config.suspectPhi()) {
            verdict = Verdict.ALIVE;
        } else if (verdict == Verdict.SUSPECT
                && phi >= config.deadPhi()
                && nowNanos - suspectSinceNanos >= config.suspectMin().toNanos()) {
            verdict = Verdict.DEAD;
        }
        return verdict;
    }

    /** When the heartbeat last advanced, as the detector counts it. */
    public long lastHeardNanos() {
        return window.lastNanos();
    }

    /** Suspicion of the present silence. */
    public double phi(long nowNanos) {
        return window.phi(nowNanos);
    }
}
