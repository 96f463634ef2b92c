package dev.skein.server.config;

/** A good configuration to make bad ones from. */
final class ConfigText {

    static final String GOOD =
            """
            cluster:
              name: demo
              regions: [us, eu, ap]
              timing: global
              nodes:
                - {id: us-a, region: us, zone: a, peer: "127.0.0.1:7101", client: "127.0.0.1:7201"}
                - {id: eu-a, region: eu, zone: a, peer: "127.0.0.1:7102", client: "127.0.0.1:7202"}
                - {id: ap-a, region: ap, zone: a, peer: "127.0.0.1:7103", client: "127.0.0.1:7203"}
              namespaces:
                - {name: default, shards: 24, survivalGoal: REGION, homeRegion: us}
                - name: chat
                  retention: {age: 7d, bytes: 64MiB, messages: 1000}
                  dedupWindow: 10s
                  messageSizeMax: 64KiB
                  fsync: interval
            node:
              id: us-a
              transport: plaintext
              dataDirectory: data/us-a
            """;

    private ConfigText() {}

    /** The good text with one part replaced, which must be there. */
    static String with(String part, String replacement) {
        if (!GOOD.contains(part)) {
            throw new IllegalArgumentException("not in the good text: " + part);
        }
        return GOOD.replace(part, replacement);
    }
}
