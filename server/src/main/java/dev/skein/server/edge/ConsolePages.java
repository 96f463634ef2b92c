package dev.skein.server.edge;

import dev.skein.server.access.AccessControl;
import dev.skein.server.access.AccessVerdict;
import dev.skein.server.access.Caller;
import dev.skein.server.console.Console;
import dev.skein.wire.Errors;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The console by HTTP: pages and scripts out of the jar, and the state they show, once or as a stream of events. Where access is controlled only a
 * credential that may operate the cluster sees the state. Thread-safe; called on event loops.
 */
final class ConsolePages {

    static final String PATH = "/console";

    private static final String FOLDER = PATH + "/";
    private static final String STATE = "/console/state";
    private static final String EVENTS = "text/event-stream";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    /** Pages load nothing from elsewhere; a chat may connect to the other regions. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self' ws: wss: http: https:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8", "js", SCRIPT, "css", "text/css; charset=utf-8", "svg", "image/svg+xml");

    /** By path. */
    private static final Map<String, String> PAGES =
            Map.of("/console", "console.html", "/console/", "console.html", "/console/chat", "chat.html");

    /** What the pages load. */
    private static final Set<String> PARTS = Set.of(
            "console.css",
            "chat.css",
            "icon.svg",
            "console.js",
            "dom.js",
            "map.js",
            "world.js",
            "places.js",
            "regions.js",
            "namespaces.js",
            "charts.js",
            "chat.js",
            "centrifuge.js");

    private final Console console;
    private final Optional<AccessControl> access;

    ConsolePages(Console console, Optional<AccessControl> access) {
        this.console = console;
        this.access = access;
    }

    static boolean has(String path) {
        return path.equals(STATE) || file(path) != null;
    }

    /** What is in the jar for a path; null: nothing. */
    private static @Nullable String file(String path) {
        String part = path.startsWith(FOLDER) ? path.substring(FOLDER.length()) : "";
        return PARTS.contains(part) ? part : PAGES.get(path);
    }

    void answer(ChannelHandlerContext context, FullHttpRequest request, String path) {
        if (path.equals(STATE)) {
            state(context, request);
        } else {
            file(context, request, Objects.requireNonNull(file(path)));
        }
    }

    private void file(ChannelHandlerContext context, FullHttpRequest request, String name) {
        byte[] content = content(name);
        if (content.length == 0) {
            Answers.send(context, request, HttpResponseStatus.NOT_FOUND, name + " is not in this build");
        } else {
            String type = TYPES.get(name.substring(name.indexOf('.') + 1));
            Answers.sendFile(context, request, type, POLICY, content);
        }
    }

    /** Empty when this build doesn't have it. */
    private static byte[] content(String name) {
        try (InputStream in = ConsolePages.class.getResourceAsStream("/console/" + name)) {
            return in == null ? new byte[0] : in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void state(ChannelHandlerContext context, FullHttpRequest request) {
        Optional<String> refusal = refusal(request);
        if (refusal.isPresent()) {
            Answers.send(context, request, HttpResponseStatus.UNAUTHORIZED, refusal.get());
        } else if (request.headers().get(HttpHeaderNames.ACCEPT, "").contains(EVENTS)) {
            stream(context, request);
        } else {
            Answers.send(context, request, HttpResponseStatus.OK, console.text());
        }
    }

    private Optional<String> refusal(FullHttpRequest request) {
        if (access.isEmpty()) {
            return Optional.empty();
        }
        AccessVerdict verdict = access.get().authenticate(request.headers().get(HttpHeaderNames.AUTHORIZATION));
        if (verdict instanceof AccessVerdict.Refused refused) {
            return Optional.of(Errors.shortName(refused.error().getReason()) + ": "
                    + refused.error().getText());
        }
        Caller caller = access.get()
                .caller(((AccessVerdict.Granted) verdict).grant(), access.get().newConnection());
        return Optional.ofNullable(caller.mayOperate())
                .map(denied -> Errors.shortName(denied.getReason()) + ": " + denied.getText());
    }

    private void stream(ChannelHandlerContext context, FullHttpRequest request) {
        EndlessResponse response = EndlessResponse.begin(context, request, EVENTS + "; charset=utf-8");
        Watcher watcher = new Watcher(response, context);
        response.attach(watcher);
        if (!console.watch(watcher)) {
            response.end();
        }
    }

    /** One page that watches. It is told the newest state only, when its connection takes it. */
    private final class Watcher implements Consumer<String>, EndlessResponse.Writer {

        private final EndlessResponse response;
        private final ChannelHandlerContext context;

        Watcher(EndlessResponse response, ChannelHandlerContext context) {
            this.response = response;
            this.context = context;
        }

        @Override
        public void accept(String text) {
            context.executor().execute(() -> {
                if (response.isReady()) {
                    response.write(Unpooled.copiedBuffer("data: " + text + "\n\n", StandardCharsets.UTF_8));
                }
            });
        }

        @Override
        public void ready() {
            // The next look writes.
        }

        @Override
        public void gone() {
            console.unwatch(this);
        }
    }
}
