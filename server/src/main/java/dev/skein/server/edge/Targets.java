package dev.skein.server.edge;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Parameters of an address that is asked for. */
final class Targets {

    private Targets() {}

    /** The first of that name. */
    static Optional<String> text(QueryStringDecoder target, String name) {
        return target.parameters().getOrDefault(name, List.of()).stream().findFirst();
    }

    static Optional<byte[]> bytes(QueryStringDecoder target, String name) {
        return text(target, name).map(text -> text.getBytes(StandardCharsets.UTF_8));
    }
}
