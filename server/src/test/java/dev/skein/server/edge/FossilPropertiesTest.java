package dev.skein.server.edge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whoever follows a difference gets the target, whatever base and target are. */
class FossilPropertiesTest {

    @Property
    void aDifferenceMakesTheTarget(@ForAll @Size(max = 400) byte[] base, @ForAll @Size(max = 400) byte[] target) {
        assertArrayEquals(target, applied(base, Fossil.delta(base, target)));
    }

    @Property
    void soItDoesAfterEdits(
            @ForAll long seed, @ForAll @IntRange(max = 3_000) int size, @ForAll @IntRange(max = 6) int edits) {
        Random random = new Random(seed);
        byte[] base = new byte[size];
        for (int i = 0; i < size; i++) {
            base[i] = (byte) ('a' + random.nextInt(4));
        }
        byte[] target = base;
        for (int edit = 0; edit < edits; edit++) {
            target = edited(target, random);
        }
        assertArrayEquals(target, applied(base, Fossil.delta(base, target)));
    }

    @Example
    void distantEditsCostLittle() {
        byte[] base = text("{\"score\":[12,7],\"text\":\"" + "the quick brown fox jumps over the lazy dog. ".repeat(20)
                + "\",\"clock\":\"12:07\"}");
        byte[] target = text(new String(base, StandardCharsets.UTF_8)
                .replace("[12,7]", "[12,8]")
                .replace("12:07", "12:09"));
        byte[] delta = Fossil.delta(base, target);
        assertTrue(delta.length < 60, new String(delta, StandardCharsets.UTF_8));
        assertArrayEquals(target, applied(base, delta));
    }

    @Example
    void theFormatIsTheOneThatClientsRead() {
        // 0x61626300 to base 64 is 1 33 24 38 12 0.
        assertEquals("3\n3:abc1XObC0;", text(Fossil.delta(text(""), text("abc"))));
        byte[] same = text("0123456789abcdef0123456789ABCDEF");
        String delta = text(Fossil.delta(same, same));
        assertTrue(delta.startsWith("W\nW@0,"), delta);
    }

    private static byte[] edited(byte[] bytes, Random random) {
        int from = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + random.nextInt(40));
        byte[] added = new byte[random.nextInt(40)];
        random.nextBytes(added);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(added);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }

    /** What a client does with a difference. */
    private static byte[] applied(byte[] base, byte[] delta) {
        int[] at = {0};
        long length = number(delta, at);
        assertEquals('\n', delta[at[0]++]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (true) {
            long number = number(delta, at);
            switch (delta[at[0]++]) {
                case '@' -> {
                    long from = number(delta, at);
                    assertEquals(',', delta[at[0]++]);
                    out.write(base, (int) from, (int) number);
                }
                case ':' -> {
                    out.write(delta, at[0], (int) number);
                    at[0] += (int) number;
                }
                case ';' -> {
                    byte[] whole = out.toByteArray();
                    assertEquals(length, whole.length);
                    assertEquals(checksum(whole), number);
                    assertEquals(delta.length, at[0]);
                    return whole;
                }
                default -> throw new AssertionError("no command: " + text(delta));
            }
        }
    }

    private static long checksum(byte[] bytes) {
        long sum = 0;
        byte[] padded = Arrays.copyOf(bytes, (bytes.length + 3) / 4 * 4);
        for (int i = 0; i < padded.length; i += 4) {
            sum += (padded[i] & 0xffL) << 24
                    | (padded[i + 1] & 0xff) << 16
                    | (padded[i + 2] & 0xff) << 8
                    | padded[i + 3] & 0xff;
        }
        return sum & 0xffff_ffffL;
    }

    private static long number(byte[] delta, int[] at) {
        String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";
        long number = 0;
        while (digits.indexOf(delta[at[0]]) >= 0) {
            number = number * 64 + digits.indexOf(delta[at[0]++]);
        }
        return number;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
