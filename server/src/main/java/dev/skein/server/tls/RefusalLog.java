package dev.skein.server.tls;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator who was refused and why, and the same thing once a minute only: whoever is refused tries again. */
final class RefusalLog implements Consumer<String> {

    private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);

    private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Refusals remembered; the oldest goes, and may then be told again early. */
    private static final int REMEMBERED_MAX = 64;

    /** Certificates are written by strangers. */
    private static final int CHARACTERS_MAX = 400;

    private final TimeSource time;
    private final Meter refused;
    private final Map<String, Long> told = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    RefusalLog(TimeSource time, MetricRegistry metrics) {
        this.time = time;
        this.refused = metrics.meter("tls.refused");
    }

    @Override
    public void accept(String text) {
        refused.mark();
        if (isNew(text)) {
            log.warn("refused {}", text.length() <= CHARACTERS_MAX ? text : text.substring(0, CHARACTERS_MAX) + "...");
        }
    }

    private synchronized boolean isNew(String text) {
        long now = time.nanoTime();
        Long last = told.get(text);
        if (last != null && now - last < SILENCE_NANOS) {
            return false;
        }
        told.put(text, now);
        return true;
    }
}
