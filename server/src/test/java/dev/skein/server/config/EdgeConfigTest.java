package dev.skein.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeConfigTest {

    @Test
    void thereIsNoneUnlessItIsAskedFor() {
        assertEquals(Optional.empty(), read("").node().edge());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listen: \"127.0.0.1:7300\", origins: [\"https://a.example\", \"https://*.b.example\", \"*\"]",
                "listen: \"0.0.0.0:7300\", transport: proxied",
                "listen: \"0.0.0.0:7300\", tls: {certificate: a.pem, key: a-key.pem}",
                "listen: \"127.0.0.1:7300\", transport: tls, tls: {certificate: a.pem, key: a-key.pem, reload: 1s}"
            })
    void whatIsPrintedIsReadAgainAsTheSame(String edge) {
        SkeinConfig config = read("  edge: {" + edge + "}\n");
        assertEquals(
                config.node(),
                SkeinConfig.parse(ConfigPrinter.print(config), "printed").node());
    }

    @Test
    void originsAreKept() {
        EdgeConfig edge = read("  edge: {listen: \"127.0.0.1:0\", origins: [\"https://a.example\"]}\n")
                .node()
                .edge()
                .orElseThrow();
        assertEquals(new EdgeConfig("127.0.0.1:0", List.of("https://a.example"), Optional.empty()), edge);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "origins: []|node.edge.listen: missing",
                "listen: nowhere|node.edge.listen",
                "listen: \"0.0.0.0:7300\"|node.edge.listen",
                "listen: \"127.0.0.1:1\", origins: [a.example]|node.edge.origins",
                "listen: \"127.0.0.1:1\", transport: none|node.edge.transport",
                "listen: \"127.0.0.1:1\", transport: tls|node.edge.tls: missing",
                "listen: \"127.0.0.1:1\", transport: plaintext, tls: {certificate: a, key: b}|node.edge.tls: present",
                "listen: \"127.0.0.1:1\", tls: {key: b}|node.edge.tls.certificate: missing",
                "listen: \"127.0.0.1:1\", tls: {certificate: a, key: b, trust: c}|node.edge.tls.trust",
                "listen: \"127.0.0.1:1\", orgins: []|node.edge.orgins"
            })
    void whatCannotBeUsedIsNamed(String edge, String field) {
        String told = assertThrows(ConfigException.class, () -> read("  edge: {" + edge + "}\n"))
                .getMessage();
        assertTrue(told.contains(field), told);
    }

    private static SkeinConfig read(String nodeOptions) {
        return SkeinConfig.parse(ConfigText.GOOD + nodeOptions, "test.yaml");
    }
}
