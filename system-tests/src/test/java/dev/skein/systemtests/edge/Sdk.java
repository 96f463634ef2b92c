package dev.skein.systemtests.edge;

/** The SDKs, with each of their ways to speak. */
enum Sdk {
    JS_WEBSOCKET_JSON("json", "websocket"),
    JS_WEBSOCKET_PROTOBUF("protobuf", "websocket"),
    JS_HTTP_STREAM_JSON("json", "http_stream"),
    JS_HTTP_STREAM_PROTOBUF("protobuf", "http_stream"),
    JS_SSE("json", "sse"),
    JAVA_WEBSOCKET_PROTOBUF("protobuf", "websocket");

    private final String codec;
    private final String transport;

    Sdk(String codec, String transport) {
        this.codec = codec;
        this.transport = transport;
    }

    /** A client that isn't connected yet. */
    SdkClient open(NodeJs nodeJs, Door door) {
        return this == JAVA_WEBSOCKET_PROTOBUF ? new JavaSdkClient(door) : new JsClient(nodeJs, codec, transport, door);
    }
}
