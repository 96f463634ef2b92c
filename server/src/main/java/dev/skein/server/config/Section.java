package dev.skein.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A mapping of the YAML file that knows its own path. A wrong value adds a problem and reads as a harmless stand-in (empty text,
 * the default), so that reading goes on and finds the rest; {@link Problems#refuseIfAny()} then keeps stand-ins from being used.
 */
final class Section {

    private final String path;
    private final JsonNode node;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();

    private Section(String path, JsonNode node, Problems problems) {
        this.path = path;
        this.node = node;
        this.problems = problems;
    }

    /** The whole document. */
    static Section root(JsonNode node, Problems problems) {
        return checked("", node, problems);
    }

    /** Full name of one of this section's keys. */
    String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Problems problems() {
        return problems;
    }

    boolean has(String key) {
        return !at(key).isMissingNode();
    }

    boolean isText(String key) {
        return at(key).isTextual();
    }

    /** A required mapping; an empty one stands in when it is missing. */
    Section section(String key) {
        JsonNode value = at(key);
        if (value.isMissingNode()) {
            problems.add(name(key), "missing", "a mapping");
        }
        return checked(name(key), value, problems);
    }

    /** An optional mapping. */
    Optional<Section> optionalSection(String key) {
        return has(key) ? Optional.of(section(key)) : Optional.empty();
    }

    /** A list of mappings; empty when missing. */
    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        List<JsonNode> items = items(key, "a list of mappings");
        for (int i = 0; i < items.size(); i++) {
            sections.add(checked(name(key) + "[" + i + "]", items.get(i), problems));
        }
        return sections;
    }

    /** A list of texts; empty when missing. */
    List<String> texts(String key, Pattern valid, String expected) {
        List<String> texts = new ArrayList<>();
        List<JsonNode> items = items(key, "a list of texts");
        for (int i = 0; i < items.size(); i++) {
            JsonNode item = items.get(i);
            if (item.isTextual() && valid.matcher(item.textValue()).matches()) {
                texts.add(item.textValue());
            } else {
                problems.add(name(key) + "[" + i + "]", show(item), expected);
            }
        }
        return texts;
    }

    /** A required text; empty stands in. */
    String text(String key, Predicate<String> valid, String expected) {
        if (!has(key)) {
            problems.add(name(key), "missing", expected);
            return "";
        }
        return optionalText(key, valid, expected).orElse("");
    }

    /** An optional text. */
    Optional<String> optionalText(String key, Predicate<String> valid, String expected) {
        JsonNode value = at(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual() || !valid.test(value.textValue())) {
            problems.add(
                    name(key), show(value), value.isTextual() ? expected : expected + ", as text: put it in quotes");
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }

    Duration duration(String key, Duration byDefault, Duration min, Duration max) {
        JsonNode value = at(key);
        if (value.isMissingNode()) {
            return byDefault;
        }
        Optional<Duration> read = value.isTextual() ? Units.duration(value.textValue()) : Optional.empty();
        if (read.isEmpty()) {
            problems.add(name(key), show(value), Units.DURATION_EXPECTED);
            return byDefault;
        }
        if (read.get().compareTo(min) < 0 || read.get().compareTo(max) > 0) {
            problems.add(name(key), show(value), Units.text(min) + " to " + Units.text(max));
            return byDefault;
        }
        return read.get();
    }

    long size(String key, long byDefault, long min, long max) {
        JsonNode value = at(key);
        if (value.isMissingNode()) {
            return byDefault;
        }
        Optional<Long> read = value.isTextual() ? Units.size(value.textValue()) : Optional.empty();
        if (read.isEmpty()) {
            problems.add(name(key), show(value), Units.SIZE_EXPECTED);
            return byDefault;
        }
        if (read.get() < min || read.get() > max) {
            problems.add(name(key), show(value), Units.text(min) + " to " + Units.text(max));
            return byDefault;
        }
        return read.get();
    }

    long number(String key, long byDefault, long min, long max) {
        JsonNode value = at(key);
        if (value.isMissingNode()) {
            return byDefault;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < min
                || value.longValue() > max) {
            problems.add(name(key), show(value), "a whole number, " + min + " to " + max);
            return byDefault;
        }
        return value.longValue();
    }

    /** One of an enum's words, in any case. */
    <E extends Enum<E>> E word(String key, Class<E> words, E byDefault) {
        JsonNode value = at(key);
        if (value.isMissingNode()) {
            return byDefault;
        }
        for (E word : words.getEnumConstants()) {
            if (value.isTextual() && word.name().equalsIgnoreCase(value.textValue())) {
                return word;
            }
        }
        problems.add(name(key), show(value), "one of " + namesOf(words));
        return byDefault;
    }

    /** Reports every key that nothing asked for. Call when everything was read. */
    void refuseUnknownKeys() {
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                problems.add(name(key), "unknown key", "one of " + String.join(", ", known));
            }
        });
    }

    private static Section checked(String path, JsonNode node, Problems problems) {
        if (node.isObject() || node.isMissingNode()) {
            return new Section(path, node, problems);
        }
        problems.add(path.isEmpty() ? "file" : path, show(node), "a mapping");
        return new Section(path, MissingNode.getInstance(), problems);
    }

    private List<JsonNode> items(String key, String expected) {
        JsonNode value = at(key);
        List<JsonNode> items = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(items::add);
        } else if (!value.isMissingNode()) {
            problems.add(name(key), show(value), expected);
        }
        return items;
    }

    private JsonNode at(String key) {
        known.add(key);
        return node.path(key);
    }

    private static String namesOf(Class<? extends Enum<?>> words) {
        return Arrays.stream(words.getEnumConstants())
                .map(word -> word.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static String show(JsonNode value) {
        String text = value.isTextual() ? value.textValue() : value.isNull() ? "nothing" : value.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
