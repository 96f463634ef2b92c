package dev.skein.cli.certificates;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The few ASN.1 values, in DER, that a certificate consists of. */
final class Der {

    private static final int BOOLEAN = 0x01;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int UTC_TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int CONTEXT = 0x80;
    private static final int CONSTRUCTED_CONTEXT = 0xa0;

    private static final Instant UTC_TIME_END = Instant.parse("2050-01-01T00:00:00Z");

    private Der() {}

    static byte[] sequence(byte[]... parts) {
        return tagged(SEQUENCE, joined(parts));
    }

    static byte[] sequence(List<byte[]> parts) {
        return sequence(parts.toArray(byte[][]::new));
    }

    static byte[] set(byte[]... parts) {
        return tagged(SET, joined(parts));
    }

    static byte[] yes() {
        return tagged(BOOLEAN, new byte[] {(byte) 0xff});
    }

    static byte[] integer(BigInteger value) {
        return tagged(INTEGER, value.toByteArray());
    }

    /** Whole bytes. */
    static byte[] bits(byte[] value) {
        return tagged(BIT_STRING, joined(new byte[] {0}, value));
    }

    /** One byte of named bits, the first one the highest; what follows the last one set isn't written. */
    static byte[] flags(int bits) {
        return tagged(BIT_STRING, new byte[] {(byte) Integer.numberOfTrailingZeros(bits), (byte) bits});
    }

    static byte[] octets(byte[] value) {
        return tagged(OCTET_STRING, value);
    }

    static byte[] text(String value) {
        return tagged(UTF8_STRING, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Two digits of the year until 2049, four after it: so X.509 wants it. */
    static byte[] time(Instant value) {
        boolean shortYear = value.isBefore(UTC_TIME_END);
        String pattern = shortYear ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'";
        String text =
                DateTimeFormatter.ofPattern(pattern).withZone(ZoneOffset.UTC).format(value);
        return tagged(shortYear ? UTC_TIME : GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Dotted. */
    static byte[] identifier(String dotted) {
        String[] numbers = dotted.split("\\.");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Integer.parseInt(numbers[0]) * 40 + Integer.parseInt(numbers[1]));
        for (int i = 2; i < numbers.length; i++) {
            base128(out, Integer.parseInt(numbers[i]));
        }
        return tagged(OBJECT_IDENTIFIER, out.toByteArray());
    }

    /** A value whose type its place tells. */
    static byte[] context(int number, byte[] value) {
        return tagged(CONTEXT | number, value);
    }

    /** A value in an envelope with a number. */
    static byte[] explicit(int number, byte[] value) {
        return tagged(CONSTRUCTED_CONTEXT | number, value);
    }

    private static byte[] tagged(int tag, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (value.length < 0x80) {
            out.write(value.length);
        } else {
            byte[] length = BigInteger.valueOf(value.length).toByteArray();
            int from = length[0] == 0 ? 1 : 0;
            out.write(0x80 | (length.length - from));
            out.write(length, from, length.length - from);
        }
        out.writeBytes(value);
        return out.toByteArray();
    }

    private static void base128(ByteArrayOutputStream out, int value) {
        if (value >= 0x80) {
            base128High(out, value >>> 7);
        }
        out.write(value & 0x7f);
    }

    private static void base128High(ByteArrayOutputStream out, int value) {
        if (value >= 0x80) {
            base128High(out, value >>> 7);
        }
        out.write(0x80 | (value & 0x7f));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
