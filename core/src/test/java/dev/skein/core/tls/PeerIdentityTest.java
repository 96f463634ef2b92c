package dev.skein.core.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdentityTest {

    @Test
    void isReadAsItIsWritten() {
        PeerIdentity node = PeerIdentity.node("demo", "us", "us-a");
        PeerIdentity client = PeerIdentity.client("demo", "alice@example.org");

        assertEquals("skein://demo/node/us/us-a", node.uri());
        assertEquals(Optional.of(node), PeerIdentity.parse(node.uri()));
        assertEquals("skein://demo/client/alice@example.org", client.uri());
        assertEquals(Optional.of(client), PeerIdentity.parse(client.uri()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "skein://demo",
                "skein://demo/node/us-a",
                "skein://demo/node/us/us-a/",
                "skein://demo/node/us/us-a/more",
                "skein://demo/node//us-a",
                "skein://demo/NODE/us/us-a",
                "skein://demo/node/us/US-A",
                "skein://demo/node/us/us%2da",
                "skein://demo:1/node/us/us-a",
                "skein://user@demo/node/us/us-a",
                "skein://demo/node/us/us-a?x",
                "skein://demo/node/us/us-a\n",
                "skein:///node/us/us-a",
                "skein://demo/client/",
                "skein://demo/client/a/b",
                "skein://demo/router/us/r",
                "spiffe://demo/node/us/us-a"
            })
    void anythingElseNamesNobody(String uri) {
        assertEquals(Optional.empty(), PeerIdentity.parse(uri));
    }

    @Test
    void canNotBeMadeOfWhatWouldReadAsAnother() {
        assertThrows(IllegalArgumentException.class, () -> PeerIdentity.node("demo", "us", "us-a/x"));
        assertThrows(IllegalArgumentException.class, () -> PeerIdentity.node("demo", "", "us-a"));
        assertThrows(IllegalArgumentException.class, () -> PeerIdentity.client("demo/node/us", "a"));
    }
}
