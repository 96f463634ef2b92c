package dev.skein.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.SlidingWindowReservoir;
import com.codahale.metrics.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusTextTest {

    private final MetricRegistry registry = new MetricRegistry();

    @Test
    void aGaugeIsAGauge() {
        registry.registerGauge("deliver.ringBytes", () -> 42);

        assertEquals(
                """
                # HELP skein_deliver_ring_bytes Dropwizard metric deliver.ringBytes.
                # TYPE skein_deliver_ring_bytes gauge
                skein_deliver_ring_bytes 42
                """,
                page());
    }

    @Test
    void aMeterIsACounterThatEndsInTotal() {
        registry.meter("publish.messages").mark(3);

        assertTrue(page().contains("# TYPE skein_publish_messages_total counter\nskein_publish_messages_total 3\n"));
    }

    @Test
    void aTimerIsASummaryInSeconds() {
        Timer timer = new Timer(new SlidingWindowReservoir(10));
        timer.update(250, TimeUnit.MILLISECONDS);
        registry.register("publish.ack", timer);

        assertEquals(
                """
                # HELP skein_publish_ack_seconds Dropwizard metric publish.ack.
                # TYPE skein_publish_ack_seconds summary
                skein_publish_ack_seconds_count 1
                skein_publish_ack_seconds{quantile="0.5"} 0.25
                skein_publish_ack_seconds{quantile="0.9"} 0.25
                skein_publish_ack_seconds{quantile="0.99"} 0.25
                skein_publish_ack_seconds{quantile="0.999"} 0.25
                """,
                page());
    }

    @Test
    void aHistogramKeepsItsUnit() {
        registry.histogram("nodelog.writes-per-fsync").update(7);

        assertTrue(page().contains("skein_nodelog_writes_per_fsync{quantile=\"0.5\"} 7\n"));
        assertTrue(page().contains("skein_nodelog_writes_per_fsync_count 1\n"));
    }

    @Test
    void aFamilyIsHeadedOnceHoweverManyLabelsItHas() {
        registry.registerGauge("shard.role{shard=default/1}", () -> 2);
        registry.registerGauge("shard.role{shard=default/0}", () -> 4);

        assertEquals(
                """
                # HELP skein_shard_role Role.
                # TYPE skein_shard_role gauge
                skein_shard_role{shard="default/0"} 4
                skein_shard_role{shard="default/1"} 2
                """,
                new PrometheusText(registry, Map.of("skein_shard_role", "Role.")).write());
    }

    @Test
    void escapesLabelValuesAndHelp() {
        registry.registerGauge("odd{path=a\\b\"c\nd}", () -> 1);

        String page = new PrometheusText(registry, Map.of("skein_odd", "two\nlines \\ here")).write();

        assertTrue(page.contains("skein_odd{path=\"a\\\\b\\\"c\\nd\"} 1\n"), page);
        assertTrue(page.contains("# HELP skein_odd two\\nlines \\\\ here\n"), page);
    }

    @ParameterizedTest
    @CsvSource({
        "link.us-b.up,'skein_link_up{peer=\"us-b\"}'",
        "link.us-b.queueBytes,'skein_link_queue_bytes{peer=\"us-b\"}'",
        "router.rtt.micros.us.ap,'skein_router_rtt_micros{from=\"us\",to=\"ap\"}'",
        "rejected.MESSAGE_TOO_LARGE,'skein_rejected{reason=\"MESSAGE_TOO_LARGE\"}'",
        "jvm.memory.pools.Tenured-Gen.used,skein_jvm_memory_pools_tenured_gen_used",
    })
    void namesWithNodesAndReasonsGetLabels(String dotted, String sample) {
        registry.registerGauge(dotted, () -> 1);

        assertTrue(page().contains("\n" + sample + " 1\n"), page());
    }

    @Test
    void writesNumbersAsTheFormatWantsThem() {
        registry.registerGauge("a", () -> Double.NaN);
        registry.registerGauge("b", () -> Double.POSITIVE_INFINITY);
        registry.registerGauge("c", () -> 1.5);
        registry.registerGauge("d", () -> true);
        registry.registerGauge("e", () -> 1e300);

        String page = page();

        assertTrue(page.contains("skein_a NaN\n"));
        assertTrue(page.contains("skein_b +Inf\n"));
        assertTrue(page.contains("skein_c 1.5\n"));
        assertTrue(page.contains("skein_d 1\n"));
        assertTrue(page.contains("skein_e 1.0E300\n"));
    }

    @Test
    void leavesOutWhatIsNoNumberAndWhatFails() {
        registry.registerGauge("text", () -> "hello");
        registry.registerGauge("broken", () -> {
            throw new IllegalStateException("closed");
        });

        assertEquals("", page());
    }

    @Test
    void neverWritesOneFamilyWithTwoTypes() {
        registry.registerGauge("publish.messages_total", () -> 1);
        registry.meter("publish.messages").mark(5);

        String page = page();

        assertEquals(page.indexOf("# TYPE"), page.lastIndexOf("# TYPE"), page);
        assertFalse(page.contains("skein_publish_messages_total 1\nskein_publish_messages_total 5"), page);
    }

    @Test
    void everyLineIsAHeadOrASample() {
        registry.registerGauge("weird name-with.all{kinds=of, things=in it}.tail", () -> 3);
        registry.meter("m").mark();
        registry.timer("t").update(1, TimeUnit.SECONDS);

        for (String line : page().split("\n")) {
            assertTrue(
                    line.matches("# (HELP|TYPE) [a-z0-9_]+ .+|[a-z0-9_]+(\\{([a-z0-9_]+=\"[^\"]*\",?)+})? \\S+"), line);
        }
    }

    private String page() {
        return new PrometheusText(registry, Map.of()).write();
    }
}
