package dev.skein.client.internal.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ChannelTest {

    @Test
    void belongsToTheDefaultNamespaceUnlessItNamesOne() {
        assertEquals("default:room", Channel.parse("room").full());
        assertEquals("default", Channel.parse("room").namespace());
        assertEquals("a_b-9", Channel.parse("a_b-9:room:7").namespace());
        assertEquals("a_b-9:room:7", Channel.parse("a_b-9:room:7").full());
        assertEquals(Channel.parse("room"), Channel.parse("default:room"));
    }

    @Test
    void refusesBadNamespaces() {
        for (String bad : new String[] {"", "A", "9a", "-a", "a.b", "\u00e9", "a".repeat(65)}) {
            refuses(bad + ":room");
        }
        Channel.parse("a".repeat(64) + ":room");
    }

    @Test
    void refusesBadNames() {
        for (String bad :
                new String[] {"", "a\n", "\u007f", "\u0085", "\ud800", "a\udc00b", "\u0378", "a".repeat(257)}) {
            refuses(bad);
        }
        refuses("\u00e9".repeat(129));
    }

    @Test
    void takesEveryOtherNameUpTo256Bytes() {
        Channel.parse("a".repeat(256));
        Channel.parse("\u00e9".repeat(128));
        Channel.parse("~ !\"/\u2028\ud83d\ude00");
    }

    @Test
    void isCheckedOnceForEachName() {
        KnownChannels known = new KnownChannels();
        Channel first = known.get("room0");
        assertSame(first, known.get("room0"));
        for (int i = 0; i < 20_000; i++) {
            assertEquals("default:room" + i, known.get("room" + i).full());
        }
        assertThrows(IllegalArgumentException.class, () -> known.get("a\n"));
        assertThrows(IllegalArgumentException.class, () -> known.get("a\n"));
    }

    private static void refuses(String channel) {
        assertThrows(IllegalArgumentException.class, () -> Channel.parse(channel), channel);
    }
}
