package dev.skein.server.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

final class ConfigFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void anyTextIsAConfigurationOrRefused(byte[] bytes) {
        try {
            SkeinConfig.parse(new String(bytes, StandardCharsets.UTF_8), "fuzz.yaml");
        } catch (ConfigException refused) {
            return;
        }
    }
}
