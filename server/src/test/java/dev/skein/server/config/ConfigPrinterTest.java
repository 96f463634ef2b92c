package dev.skein.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ConfigPrinterTest {

    @Test
    void whatItPrintsReadsAsTheSame() {
        SkeinConfig config = SkeinConfig.parse(ConfigText.GOOD, "test.yaml");

        SkeinConfig again = SkeinConfig.parse(ConfigPrinter.print(config), "printed.yaml");

        assertEquals(config, again);
    }

    @Test
    void printsMetricsAndEmptyNamespacesToo() {
        String text = ConfigText.GOOD.replaceAll("(?s)  namespaces:.*node:", "  namespaces: []\nnode:")
                + "  metrics: \"127.0.0.1:0\"\n";
        SkeinConfig config = SkeinConfig.parse(text, "test.yaml");

        assertEquals(config, SkeinConfig.parse(ConfigPrinter.print(config), "printed.yaml"));
    }

    @Test
    void printsTls() {
        String text = ConfigText.with(
                "transport: plaintext",
                "tls: {certificate: a.pem, key: b.pem, trust: c.pem, clientCertificates: required}");
        SkeinConfig config = SkeinConfig.parse(text, "test.yaml");

        assertEquals(config, SkeinConfig.parse(ConfigPrinter.print(config), "printed.yaml"));
    }

    @Test
    void explainsEveryOption() {
        String[] lines = ConfigPrinter.print(SkeinConfig.parse(ConfigText.GOOD, "test.yaml"))
                .split("\n");

        for (int i = 1; i < lines.length; i++) {
            boolean option = lines[i].matches("  [a-zA-Z]+:.*");
            assertTrue(!option || lines[i - 1].strip().startsWith("#"), lines[i]);
        }
    }
}
