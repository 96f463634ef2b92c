package dev.skein.systemtests.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A page in a headless Chromium, which all pages of a Node.js process share. */
final class Page {

    private final NodeJs nodeJs;
    private final int number;

    private Page(NodeJs nodeJs) {
        this.nodeJs = nodeJs;
        this.number = nodeJs.add(new SdkEvents());
    }

    /** Starts the browser; empty where none can be had. */
    static Optional<String> launch(NodeJs nodeJs) {
        return Optional.ofNullable(new Page(nodeJs).ask("launch", Map.of()).textValue());
    }

    /**
     * Opens a page.
     *
     * @param scheme {@code light} or {@code dark}
     */
    static Page open(NodeJs nodeJs, String url, int width, int height, String scheme) {
        Page page = new Page(nodeJs);
        page.ask("open", Map.of("url", url, "width", width, "height", height, "scheme", scheme));
        return page;
    }

    /** Waits until an expression of the page is true. */
    Page await(String condition) {
        ask("wait", Map.of("condition", condition));
        return this;
    }

    JsonNode evaluate(String expression) {
        return ask("evaluate", Map.of("expression", expression));
    }

    /** Says something in the chat. */
    void say(String text) {
        ask("say", Map.of("text", text));
    }

    void picture(Path file, boolean full) {
        ask("picture", Map.of("path", file.toString(), "full", full));
    }

    /** Errors of its scripts, and what its policy has refused. */
    void assertNoProblems() {
        assertEquals("[]", ask("problems", Map.of()).toString());
    }

    private JsonNode ask(String action, Map<String, Object> arguments) {
        JsonNode answer = nodeJs.ask(number, action, arguments);
        if (answer.has("problem")) {
            String shown = action.equals("wait") ? text() : "";
            throw new AssertionError(
                    action + " " + arguments + ": " + answer.get("problem").asText() + shown);
        }
        return answer.path("value");
    }

    private String text() {
        JsonNode answer = nodeJs.ask(number, "evaluate", Map.of("expression", "document.body.innerText"));
        return "; the page shows: " + answer.path("value").asText();
    }

    /** Pictures of pages, which nobody but people look at. */
    static Path pictures() {
        return Path.of("target", "console").toAbsolutePath();
    }
}
