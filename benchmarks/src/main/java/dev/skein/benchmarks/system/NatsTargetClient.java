package dev.skein.benchmarks.system;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** NATS' own Java client: asynchronous JetStream publishes, ordered push consumers. */
final class NatsTargetClient implements TargetClient {

    private final Connection connection;
    private final JetStream streams;
    private final int shards;

    NatsTargetClient(Connection connection, int shards) throws IOException {
        this.connection = connection;
        this.streams = connection.jetStream();
        this.shards = shards;
    }

    static String stream(int shard) {
        return "bench-" + shard;
    }

    static int shardOf(String channel, int shards) {
        return Math.floorMod(channel.hashCode() * 0x9E3779B1 >>> 8, shards);
    }

    private static String subject(String channel, int shards) {
        return "bench." + shardOf(channel, shards) + "." + channel;
    }

    @Override
    public Outlet outlet(String channel) {
        String subject = subject(channel, shards);
        return (payload, token, listener) -> streams.publishAsync(subject, payload)
                .whenComplete((ack, failure) -> {
                    if (failure == null) {
                        listener.acked(token);
                    } else {
                        listener.failed(token, failure);
                    }
                });
    }

    @Override
    public AutoCloseable subscribe(List<String> channels, From from, Receiver receiver) throws IOException {
        ConsumerConfiguration consumer = ConsumerConfiguration.builder()
                .deliverPolicy(from == From.BEGINNING ? DeliverPolicy.All : DeliverPolicy.New)
                .build();
        PushSubscribeOptions options = PushSubscribeOptions.builder()
                .ordered(true)
                .configuration(consumer)
                .build();
        Dispatcher dispatcher = connection.createDispatcher();
        try {
            for (String channel : channels) {
                streams.subscribe(
                        subject(channel, shards),
                        dispatcher,
                        message -> receiver.received(ByteBuffer.wrap(message.getData())),
                        false,
                        options);
            }
            connection.flush(Duration.ofSeconds(10));
        } catch (JetStreamApiException | java.util.concurrent.TimeoutException e) {
            throw new IOException("can't subscribe", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while subscribing", e);
        }
        return () -> connection.closeDispatcher(dispatcher);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
