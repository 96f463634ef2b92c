package dev.skein.server.edge;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Differences in Fossil's format: a target as copies of pieces of a base and bytes of its own. Blocks of the base are found again wherever
 * they are in the target by a rolling hash, and matches grow both ways.
 */
final class Fossil {

    private static final byte[] DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~".getBytes(StandardCharsets.US_ASCII);

    private static final int BLOCK = 16;

    /** Blocks of one hash that are tried; a base of one byte repeated has only one. */
    private static final int TRIES_MAX = 64;

    private final byte[] base;
    private final byte[] target;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** The first block of each hash, and the next one of the same; -1: none. */
    private int[] first = {};

    private int[] next = {};

    private int matchFrom;
    private int matchInBase;
    private int matchLength;

    private Fossil(byte[] base, byte[] target) {
        this.base = base;
        this.target = target;
    }

    /** What makes the target of the base. */
    static byte[] delta(byte[] base, byte[] target) {
        Fossil fossil = new Fossil(base, target);
        fossil.number(target.length);
        fossil.out.write('\n');
        fossil.index();
        fossil.write();
        fossil.number(checksum(target));
        fossil.out.write(';');
        return fossil.out.toByteArray();
    }

    private void index() {
        int blocks = base.length / BLOCK;
        first = new int[Math.max(1, Integer.highestOneBit(blocks) * 2)];
        next = new int[blocks];
        Arrays.fill(first, -1);
        for (int block = blocks - 1; block >= 0; block--) {
            int slot = slot(new Rolling(base, block * BLOCK).value());
            next[block] = first[slot];
            first[slot] = block;
        }
    }

    private void write() {
        int written = 0;
        int at = 0;
        Rolling rolling = target.length >= BLOCK ? new Rolling(target, 0) : null;
        while (rolling != null && at + BLOCK <= target.length) {
            if (find(slot(rolling.value()), at, written)) {
                insert(written, matchFrom);
                copy(matchLength, matchInBase);
                written = matchFrom + matchLength;
                at = written;
                rolling = at + BLOCK <= target.length ? new Rolling(target, at) : null;
            } else {
                at++;
                if (at + BLOCK <= target.length) {
                    rolling.roll(target[at + BLOCK - 1]);
                }
            }
        }
        insert(written, target.length);
    }

    /** The longest match around a block that begins here, if it takes fewer bytes than what it stands for. */
    private boolean find(int slot, int at, int written) {
        matchLength = 0;
        int block = first[slot];
        for (int tries = 0; block >= 0 && tries < TRIES_MAX; tries++, block = next[block]) {
            int inBase = block * BLOCK;
            int forward = same(inBase, at);
            if (forward >= BLOCK) {
                int back = 0;
                while (back < at - written && back < inBase && base[inBase - back - 1] == target[at - back - 1]) {
                    back++;
                }
                if (forward + back > matchLength) {
                    matchLength = forward + back;
                    matchFrom = at - back;
                    matchInBase = inBase - back;
                }
            }
        }
        int cost = digits(matchLength) + digits(matchInBase) + digits(matchFrom - written) + 3;
        return matchLength > cost;
    }

    private int same(int inBase, int inTarget) {
        int length = Arrays.mismatch(base, inBase, base.length, target, inTarget, target.length);
        return length < 0 ? base.length - inBase : length;
    }

    private void insert(int from, int to) {
        if (to > from) {
            number(to - from);
            out.write(':');
            out.write(target, from, to - from);
        }
    }

    private void copy(int length, int inBase) {
        number(length);
        out.write('@');
        number(inBase);
        out.write(',');
    }

    /** To base 64, most significant digit first. */
    private void number(int unsigned) {
        for (int shift = 6 * (digits(unsigned) - 1); shift >= 0; shift -= 6) {
            out.write(DIGITS[unsigned >>> shift & 63]);
        }
    }

    private static int digits(int unsigned) {
        return Math.max(1, (32 - Integer.numberOfLeadingZeros(unsigned) + 5) / 6);
    }

    /** The sum of the bytes as big-endian words, the last one filled up with zeros. */
    private static int checksum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += (bytes[i] & 0xff) << (24 - 8 * (i & 3));
        }
        return sum;
    }

    private int slot(int hash) {
        return (hash * 0x9e3779b9 >>> 8) & (first.length - 1);
    }

    /** A hash of a block that moves by one byte at a time. */
    private static final class Rolling {

        private final byte[] window = new byte[BLOCK];
        private int sum;
        private int weighted;
        private int oldest;

        Rolling(byte[] bytes, int from) {
            System.arraycopy(bytes, from, window, 0, BLOCK);
            for (int i = 0; i < BLOCK; i++) {
                sum += window[i] & 0xff;
                weighted += (BLOCK - i) * (window[i] & 0xff);
            }
        }

        void roll(byte newest) {
            int gone = window[oldest] & 0xff;
            window[oldest] = newest;
            oldest = (oldest + 1) % BLOCK;
            sum += (newest & 0xff) - gone;
            weighted += sum - BLOCK * gone;
        }

        int value() {
            return (sum & 0xffff) | weighted << 16;
        }
    }
}
