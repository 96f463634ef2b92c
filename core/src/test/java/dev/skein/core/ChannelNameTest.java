package dev.skein.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelNameTest {

    @Test
    void aNameWithoutNamespaceIsInTheDefaultOne() {
        assertEquals(new ChannelName("default", "room"), ChannelName.parse("room"));
        assertEquals("default:room", ChannelName.parse("room").full());
    }

    @Test
    void onlyTheFirstColonSeparates() {
        assertEquals(new ChannelName("chat", "team:7:general"), ChannelName.parse("chat:team:7:general"));
    }

    @Test
    void namesMayBeInAnyScript() {
        assertEquals("süß 聊天 🎉", ChannelName.parse("chat:süß 聊天 🎉").name());
    }

    @Test
    void badNamesAreRefusedNamingThePart() {
        for (String bad : List.of("", "chat:", "a\nb", "a\u0000b", "chat:\ud800", "x".repeat(257), "ü".repeat(129))) {
            String text = refusal(bad);
            assertTrue(text.startsWith("channel: "), text);
            assertTrue(text.contains("(expected: 1 to 256 bytes of UTF-8 without control characters)"), text);
        }
        for (String bad : List.of(":room", "Chat:room", "1chat:room", "chat room:x", "c".repeat(65) + ":x")) {
            assertTrue(refusal(bad).startsWith("namespace: "), refusal(bad));
        }
    }

    @Test
    void aRefusalIsShortAndShowsNoControlCharacter() {
        String text = refusal("x".repeat(1_000_000));

        assertTrue(text.length() < 250, "length " + text.length());
        assertTrue(text.contains("(1000000 characters)"), text);
        assertTrue(refusal("a\nb").contains("\\u000a"), refusal("a\nb"));
    }

    @Test
    void theLongestNameIsTaken() {
        assertEquals(256, ChannelName.parse("n".repeat(256)).name().length());
    }

    private static String refusal(String channel) {
        return assertThrows(IllegalArgumentException.class, () -> ChannelName.parse(channel))
                .getMessage();
    }
}
