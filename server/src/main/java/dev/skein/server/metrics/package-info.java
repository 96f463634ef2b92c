/**
 * What is measured, as Prometheus text and by JMX. Parts register Dropwizard metrics; nothing else knows about Prometheus.
 *
 * <p>Names: {@code area.thing.what}, lower case with underscores inside a word, unit last ({@code log.fsync_queue_bytes}); labels
 * follow in braces: {@code shard.role{shard=default/3}}. They become {@code skein_area_thing_what{label="value"}}. Meters end
 * in {@code _total}; counters are gauges, because Dropwizard's may go down; timers are summaries in seconds ending in
 * {@code _seconds}; gauges that are no number are left out, booleans are 0 or 1.
 *
 * <p>Start with {@link dev.skein.server.metrics.PrometheusText}. One thread, {@code skein-metrics}, serves the pages.
 */
@NullMarked
package dev.skein.server.metrics;

import org.jspecify.annotations.NullMarked;
