package dev.skein.benchmarks.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.common.utils.Utils;

/** Kafka's own client: an idempotent producer with {@code acks=all}, a consumer for each subscription. */
final class KafkaTargetClient implements TargetClient {

    private static final int BATCH_BYTES = 128 << 10;
    private static final int BUFFER_BYTES = 64 << 20;
    private static final int LINGER_MILLIS = 5;

    /** As many as the idempotent producer keeps in order. */
    private static final int REQUESTS_IN_FLIGHT = 5;

    private static final int FETCH_BYTES = 1 << 20;
    private static final int POLL_RECORDS = 5_000;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration POSITION_TIMEOUT = Duration.ofSeconds(30);
    private static final long JOIN_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private final String endpoints;
    private final KafkaProducer<byte[], byte[]> producer;

    KafkaTargetClient(String endpoints, RunningTarget.Aim aim) {
        this.endpoints = endpoints;
        this.producer = new KafkaProducer<>(producerConfig(endpoints, aim));
    }

    private static Properties producerConfig(String endpoints, RunningTarget.Aim aim) {
        boolean throughput = aim == RunningTarget.Aim.THROUGHPUT;
        Properties config = new Properties();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, endpoints);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, REQUESTS_IN_FLIGHT);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        config.put(ProducerConfig.LINGER_MS_CONFIG, throughput ? LINGER_MILLIS : 0);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        // How soon a broker that says nothing is given up; the default of 30 s would only make Kafka's failover look
        // worse.
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000);
        return config;
    }

    /** As the producer's default partitioner has it. */
    static int partitionOf(String channel, int partitions) {
        return Utils.toPositive(Utils.murmur2(key(channel))) % partitions;
    }

    private static byte[] key(String channel) {
        return channel.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Outlet outlet(String channel) {
        byte[] key = key(channel);
        return (payload, token, listener) ->
                producer.send(new ProducerRecord<>(KafkaTarget.TOPIC, key, payload), (metadata, failure) -> {
                    if (failure == null) {
                        listener.acked(token);
                    } else {
                        listener.failed(token, failure);
                    }
                });
    }

    @Override
    public AutoCloseable subscribe(List<String> channels, From from, Receiver receiver) throws IOException {
        KafkaConsumer<byte[], ByteBuffer> consumer = new KafkaConsumer<>(consumerConfig());
        int partitions = consumer.partitionsFor(KafkaTarget.TOPIC).size();
        Set<TopicPartition> assigned = channels.stream()
                .map(channel -> new TopicPartition(KafkaTarget.TOPIC, partitionOf(channel, partitions)))
                .collect(Collectors.toSet());
        consumer.assign(assigned);
        if (from == From.BEGINNING) {
            consumer.seekToBeginning(assigned);
        } else {
            consumer.seekToEnd(assigned);
        }
        assigned.forEach(partition -> consumer.position(partition, POSITION_TIMEOUT));
        return new Polling(consumer, receiver);
    }

    private Properties consumerConfig() {
        Properties config = new Properties();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, endpoints);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteBufferDeserializer.class);
        return config;
    }

    @Override
    public void close() {
        producer.close(POLL);
    }

    /** The thread of one consumer; nobody else touches it. */
    private static final class Polling implements AutoCloseable {

        private final KafkaConsumer<byte[], ByteBuffer> consumer;
        private final Receiver receiver;
        private final Thread thread = new Thread(this::run, "kafka-consumer");
        private volatile boolean running = true;

        Polling(KafkaConsumer<byte[], ByteBuffer> consumer, Receiver receiver) {
            this.consumer = consumer;
            this.receiver = receiver;
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            try (consumer) {
                while (running) {
                    for (ConsumerRecord<byte[], ByteBuffer> each : consumer.poll(POLL)) {
                        receiver.received(each.value());
                    }
                }
            }
        }

        @Override
        public void close() throws InterruptedException {
            running = false;
            thread.join(JOIN_MILLIS);
        }
    }
}
