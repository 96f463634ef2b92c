package dev.skein.client.internal;

import com.google.protobuf.ByteString;
import dev.skein.client.BlockingClient;
import dev.skein.client.ChannelExtent;
import dev.skein.client.ChannelPresence;
import dev.skein.client.ClientStats;
import dev.skein.client.ConnectionEvent;
import dev.skein.client.ConnectionListener;
import dev.skein.client.HistoryPage;
import dev.skein.client.HistoryQuery;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.PublishOptions;
import dev.skein.client.Reason;
import dev.skein.client.Receipt;
import dev.skein.client.RetryAdvice;
import dev.skein.client.Routes;
import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinException;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.Subscription;
import dev.skein.client.SubscriptionEvent;
import dev.skein.client.SubscriptionListener;
import dev.skein.client.admin.Admin;
import dev.skein.client.internal.core.AttachMachine;
import dev.skein.client.internal.core.Attendance;
import dev.skein.client.internal.core.Channel;
import dev.skein.client.internal.core.Counters;
import dev.skein.client.internal.core.EncodedMessages;
import dev.skein.client.internal.core.Failures;
import dev.skein.client.internal.core.KnownChannels;
import dev.skein.client.internal.core.PendingPublish;
import dev.skein.client.internal.core.PublishResult;
import dev.skein.client.internal.core.RouteBook;
import dev.skein.client.internal.core.SessionLink;
import dev.skein.client.internal.core.SessionMachine;
import dev.skein.client.internal.core.SubscriptionState;
import dev.skein.client.internal.core.Timers;
import dev.skein.client.internal.grpc.AdminRequests;
import dev.skein.client.internal.grpc.PresenceLink;
import dev.skein.client.internal.grpc.Requests;
import dev.skein.client.internal.grpc.RouteFinder;
import dev.skein.client.internal.grpc.SessionStream;
import dev.skein.client.internal.grpc.SuppliedCredentials;
import dev.skein.client.internal.grpc.Transport;
import dev.skein.proto.client.v1.Hello;
import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.Welcome;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A started client: joins the loop, the decisions and the calls. Reads top to bottom. */
public final class RunningClient implements SkeinClient, AttachMachine.Observer {

    private static final Logger LOG = LoggerFactory.getLogger(RunningClient.class);
    private static final int PROTOCOL_VERSION = 1;
    private static final int MESSAGES_PER_PUBLISH_MAX = 1_000;
    private static final int SECRET_BYTES = 16;

    /** What a server takes in one publish; of the attached one it is known better. */
    private static final long PUBLISH_BYTES_DEFAULT = 768L << 10;

    private static final long UNANSWERED_BYTES_MAX = 64L << 20;
    private static final Duration DESCRIBE_AGAIN_AFTER = Duration.ofMillis(200);

    private final ClientSettings settings;
    private final String clientId = UUID.randomUUID().toString();
    private final SecureRandom random = new SecureRandom();
    private final Counters counters = new Counters();
    private final AtomicBoolean closed = new AtomicBoolean();

    private final ClientLoop loop;
    private final Callbacks callbacks;
    private final Transport transport;
    private final ConnectionReports reports;
    private final SessionMachine session;
    private final RouteBook book;
    private final AttachMachine attach;
    private final CredentialRefresh refresh;
    private final RouteFinder routeFinder;
    private final Requests requests;
    private final ChannelRequests reads;

    private final Attendance attendance;
    private final PresenceRequests presence;

    private final KnownChannels channels = new KnownChannels();

    private volatile @Nullable Welcome attachedTo;
    private volatile long publishBytesMax = PUBLISH_BYTES_DEFAULT;
    private volatile String clusterId = "";

    private RunningClient(ClientSettings settings) {
        this.settings = settings;
        this.callbacks = settings.callbackExecutor().map(Callbacks::on).orElseGet(Callbacks::ownThreads);
        Optional<SuppliedCredentials> credentials =
                settings.credentials().map(supplier -> new SuppliedCredentials(supplier, callbacks));
        this.transport = new Transport(settings.httpConnectProxy(), settings.tls(), credentials);
        this.loop = new ClientLoop(transport.eventLoop());
        this.reports = new ConnectionReports(callbacks);
        Timers timers = loop.timers();
        this.refresh = new CredentialRefresh(credentials, timers, loop, callbacks);
        this.session = new SessionMachine(timers, random, callbacks, counters, this::describeNamespace);
        this.book = new RouteBook(timers, settings.endpoints());
        this.attach = new AttachMachine(
                timers, random, book, SessionStream.dialer(transport, loop, this::hello), session, this);
        this.routeFinder = new RouteFinder(
                timers,
                loop,
                transport,
                book,
                this::whoAsks,
                table -> attach.routesChanged(Duration.ofMillis(table.getSlotMs())),
                settings.region().isEmpty());
        this.requests = new Requests(
                timers, loop, callbacks, random, transport, this::attachedChannel, () -> book.candidates(null));
        this.reads = new ChannelRequests(requests, settings.requestTimeout());
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        this.attendance = new Attendance(timers, random, ByteString.copyFrom(secret), settings.requestTimeout());
        this.presence = new PresenceRequests(requests, settings.requestTimeout());
    }

    /** Starts a client. */
    public static SkeinClient start(ClientSettings settings) {
        RunningClient client = new RunningClient(settings);
        client.loop.execute(() -> {
            if (settings.followRoutes()) {
                client.routeFinder.find(client.attach::start);
            } else {
                client.attach.start();
            }
        });
        return client;
    }

    // ------------------------------------------------------------------ publishing

    @Override
    public CompletableFuture<Receipt> publish(String channel, OutgoingMessage message, PublishOptions options) {
        PublishResult.Single result = new PublishResult.Single();
        publish(channels.get(channel), EncodedMessages.of(message), options, result);
        return result;
    }

    @Override
    public CompletableFuture<List<Receipt>> publish(
            String channel, List<OutgoingMessage> messages, PublishOptions options) {
        Channel known = channels.get(channel);
        if (messages.isEmpty() || messages.size() > MESSAGES_PER_PUBLISH_MAX) {
            throw new IllegalArgumentException(
                    "messages: " + messages.size() + " (expected: 1 to " + MESSAGES_PER_PUBLISH_MAX + ")");
        }
        PublishResult.Several result = new PublishResult.Several(messages.size());
        publish(known, EncodedMessages.of(messages), options, result);
        return result;
    }

    private void publish(Channel channel, EncodedMessages messages, PublishOptions options, PublishResult result) {
        SkeinException refusal = refusal(messages);
        if (refusal != null) {
            counters.publishesFailed.increment();
            result.fail(refusal);
            return;
        }
        Duration timeout = options.timeout().orElse(settings.publishTimeout());
        PendingPublish publish =
                new PendingPublish(channel, messages, options, System.nanoTime() + timeout.toNanos(), result);
        loop.execute(() -> session.publish(publish));
        if (closed.get()) {
            // Closing at the same moment: the loop may have taken the publish or not.
            result.fail(new SkeinException(Reason.CLIENT_CLOSED, "the client was closed", true));
        }
    }

    /** Takes room for a publish, or says why it can't leave. */
    private @Nullable SkeinException refusal(EncodedMessages messages) {
        long most = publishBytesMax;
        if (messages.size() > most) {
            // A frame beyond the transport's limit would end the session, and so would every resend of it.
            String text = "publish bytes: " + messages.size() + " (expected: at most " + most + ")";
            return new SkeinException(Reason.BATCH_TOO_LARGE, text, RetryAdvice.NEVER, Map.of());
        }
        return closed.get() ? clientClosed() : reserve(messages.count(), messages.size());
    }

    /** Takes room for a publish, or says why there is none. */
    private @Nullable SkeinException reserve(int messages, long bytes) {
        int waiting = counters.messagesUnanswered.addAndGet(messages);
        long waitingBytes = counters.bytesUnanswered.addAndGet(bytes);
        boolean alone = waiting == messages;
        if (alone || (waiting <= settings.unansweredMessagesMax() && waitingBytes <= UNANSWERED_BYTES_MAX)) {
            return null;
        }
        counters.messagesUnanswered.addAndGet(-messages);
        counters.bytesUnanswered.addAndGet(-bytes);
        String text = "unanswered messages: " + waiting + " of " + waitingBytes + " bytes (expected: at most "
                + settings.unansweredMessagesMax() + " of " + UNANSWERED_BYTES_MAX + " bytes)";
        return new SkeinException(Reason.OVERLOADED, text, RetryAdvice.SAFE, Map.of());
    }

    private void describeNamespace(String namespace) {
        reads.describeNamespace(namespace)
                .whenCompleteAsync(
                        (answer, failure) -> {
                            if (failure == null) {
                                session.namespaceDescribed(namespace, answer.getShards());
                            } else {
                                describeFailed(namespace, Failures.of(failure));
                            }
                        },
                        loop);
    }

    /** The publishes that wait end by their own timeouts; until then it is tried again, unless the namespace can't be had. */
    private void describeFailed(String namespace, SkeinException cause) {
        if (cause.advice() == RetryAdvice.NEVER) {
            session.namespaceRefused(namespace, cause);
        } else if (session.awaitsNamespace(namespace)) {
            loop.timers().in(DESCRIBE_AGAIN_AFTER, () -> describeNamespace(namespace));
        }
    }

    // ------------------------------------------------------------------ subscribing

    @Override
    public Subscription subscribe(String channel, SubscribeOptions options, SubscriptionListener listener) {
        if (closed.get()) {
            throw new IllegalStateException("the client was closed");
        }
        Channel parsed = channels.get(channel);
        RunningSubscription running =
                new RunningSubscription(parsed.full(), listener, callbacks, counters, () -> clusterId);
        SubscriptionState state = new SubscriptionState(parsed, options, counters, running::start, running::put);
        running.bind(new RunningSubscription.Hooks(
                messages -> loop.execute(() -> session.request(state, messages)),
                messages -> loop.execute(() -> session.taken(state, messages)),
                () -> loop.execute(() -> session.unsubscribe(state))));
        loop.execute(() -> session.subscribe(state));
        return running;
    }

    @Override
    public Flow.Publisher<SubscriptionEvent> publisher(String channel, SubscribeOptions options) {
        return new SubscriptionPublisher(this, callbacks, Channel.parse(channel).full(), options);
    }

    // ------------------------------------------------------------------ reading and operating

    @Override
    public CompletableFuture<HistoryPage> history(HistoryQuery query) {
        return reads.history(query);
    }

    @Override
    public CompletableFuture<ChannelExtent> describeChannel(String channel) {
        return reads.describeChannel(channel);
    }

    @Override
    public CompletableFuture<Routes> routes() {
        return reads.routes(routeFinder::request);
    }

    @Override
    public ChannelPresence presence(String channel) {
        return new RunningPresence(Channel.parse(channel).full(), loop, callbacks, attendance, presence);
    }

    @Override
    public BlockingClient blocking() {
        return new BlockingClient(this);
    }

    @Override
    public Admin admin() {
        return new AdminRequests(requests, callbacks, settings.requestTimeout(), Optional.empty());
    }

    @Override
    public Admin adminAt(String endpoint) {
        return new AdminRequests(requests, callbacks, settings.requestTimeout(), Optional.of(endpoint));
    }

    // ------------------------------------------------------------------ the connection

    @Override
    public AutoCloseable onConnection(ConnectionListener listener) {
        return reports.add(listener);
    }

    @Override
    public void reattach() {
        loop.execute(attach::reattach);
    }

    @Override
    public ClientStats stats() {
        Optional<Welcome> to = Optional.ofNullable(attachedTo);
        return new ClientStats(
                to.map(Welcome::getNode),
                to.map(Welcome::getRegion),
                counters.sessions.sum(),
                counters.publishesAcknowledged.sum(),
                counters.publishesFailed.sum(),
                counters.publishesResent.sum(),
                counters.messagesUnanswered.get(),
                counters.messagesDelivered.sum(),
                counters.messagesDropped.sum(),
                counters.gaps.sum(),
                counters.subscriptions.get());
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        loop.execute(() -> {
            routeFinder.close();
            refresh.stop();
            attendance.close(clientClosed());
            attach.close();
            session.close(clientClosed());
            requests.close(clientClosed());
        });
        loop.stop();
        callbacks.close();
        transport.close();
    }

    @Override
    public void attached(SessionLink link, Welcome welcome) {
        LOG.debug("attached to {} in {} at {}", welcome.getNode(), welcome.getRegion(), link.endpoint());
        counters.sessions.increment();
        attachedTo = welcome;
        long told = welcome.getLimits().getPublishBytes();
        publishBytesMax = told > 0 ? told : PUBLISH_BYTES_DEFAULT;
        clusterId = welcome.getClusterId();
        refresh.expiresIn(link, welcome.getCredentialExpiresInMs());
        if (link instanceof SessionStream stream) {
            attendance.attached(events -> PresenceLink.open(stream.channel(), loop, events));
        }
        if (settings.followRoutes() && link instanceof SessionStream stream) {
            routeFinder.watch(stream.channel());
        }
        reports.report(new ConnectionEvent.Connected(
                welcome.getNode(), welcome.getRegion(), link.endpoint(), Instant.now(), System.nanoTime()));
    }

    @Override
    public void detached(SessionLink link, Welcome welcome, SkeinException cause) {
        LOG.info("lost {} in {}: {}", welcome.getNode(), welcome.getRegion(), cause.getMessage());
        attachedTo = null;
        attendance.detached();
        publishBytesMax = PUBLISH_BYTES_DEFAULT;
        routeFinder.stopWatching();
        refresh.stop();
        reports.report(new ConnectionEvent.Disconnected(
                Optional.of(welcome.getNode()), link.endpoint(), cause, Instant.now(), System.nanoTime()));
    }

    @Override
    public void refreshed(SessionLink link, long expiresInMillis) {
        refresh.expiresIn(link, expiresInMillis);
    }

    @Override
    public void failed(String endpoint, SkeinException cause) {
        LOG.debug("couldn't attach at {}: {}", endpoint, cause.getMessage());
        reports.report(
                new ConnectionEvent.Disconnected(Optional.empty(), endpoint, cause, Instant.now(), System.nanoTime()));
    }

    @Override
    public void nothingReachable() {
        if (settings.followRoutes()) {
            routeFinder.find(() -> {});
        }
    }

    private Hello hello() {
        return Hello.newBuilder()
                .setVersion(PROTOCOL_VERSION)
                .setAgent(settings.agent())
                .setClientId(clientId)
                .setClusterId(attach.clusterId())
                .build();
    }

    private ResolveRequest.Builder whoAsks() {
        ResolveRequest.Builder request = ResolveRequest.newBuilder().setClientId(clientId);
        settings.region().ifPresent(request::setClientRegion);
        attach.welcome().map(Welcome::getRegion).ifPresent(request::setCurrentRegion);
        return request;
    }

    private Optional<io.grpc.Channel> attachedChannel() {
        return attach.link().map(link -> ((SessionStream) link).channel());
    }

    private static SkeinException clientClosed() {
        return new SkeinException(Reason.CLIENT_CLOSED, "the client was closed", RetryAdvice.NEVER, Map.of());
    }
}
