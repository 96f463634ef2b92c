package dev.skein.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.ChannelName;
import dev.skein.core.ChannelPattern;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.jspecify.annotations.Nullable;

/** A pattern means what one sees, for whatever texts there are. */
final class PatternPropertiesTest {

    @Property(tries = 2_000)
    void aPatternCoversWhatItSaysLiterallyAndNothingElse(@ForAll("pairs") Tuple2<String, String> pair) {
        @Nullable ChannelPattern pattern = parse(pair.get1()).orElse(null);
        @Nullable ChannelName channel = name(pair.get2()).orElse(null);
        if (pattern == null || channel == null) {
            return;
        }
        String text = pair.get1();
        String full = channel.full();
        boolean said = text.equals("*")
                || text.equals(full) && !text.endsWith("*")
                || text.endsWith("*") && full.startsWith(text.substring(0, text.length() - 1));
        assertEquals(said, pattern.covers(full), () -> text + " and " + full);
        assertTrue(!said || pattern.reaches(channel.namespace()), () -> text + " and " + full);
        assertEquals(text, pattern.toString());
    }

    @Property(tries = 2_000)
    void aPatternThatIsTakenHasOneStarAtMostAndThatAtItsEnd(@ForAll("texts") String text) {
        parse(text).ifPresent(pattern -> {
            int star = text.indexOf('*');
            assertTrue(star < 0 || star == text.length() - 1, text);
            assertTrue(text.equals("*") || text.matches("[a-z][a-z0-9_-]*:[\\x21-\\x7e]*"), text);
        });
    }

    /** Channels that lie near the pattern: the same text, one with more or less of it. */
    @Provide
    Arbitrary<Tuple2<String, String>> pairs() {
        return texts().flatMap(pattern -> Arbitraries.oneOf(
                        Arbitraries.just(pattern),
                        texts(),
                        tails().map(tail -> pattern.replace("*", "") + tail),
                        tails().map(tail -> tail + pattern))
                .map(channel -> Tuple.of(pattern, channel)));
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> namespaces = Arbitraries.of("chat", "chat2", "default", "c", "*", "", "ch\u0430t");
        return Arbitraries.oneOf(
                Arbitraries.just("*"),
                namespaces.flatMap(namespace -> tails().map(tail -> namespace + ":" + tail)),
                tails());
    }

    private static Arbitrary<String> tails() {
        return Arbitraries.strings().withChars("ab1.:*/%?\u043E\uFF0A -").ofMaxLength(6);
    }

    private static Optional<ChannelPattern> parse(String text) {
        try {
            return Optional.of(ChannelPattern.parse(text));
        } catch (IllegalArgumentException refused) {
            return Optional.empty();
        }
    }

    private static Optional<ChannelName> name(String text) {
        try {
            return Optional.of(ChannelName.parse(text));
        } catch (IllegalArgumentException refused) {
            return Optional.empty();
        }
    }
}
