package dev.skein.cli;

/** A line of a chat file can't be read. Names the line, the field, the value and what was expected; the reader goes on behind it. */
public final class MalformedLineException extends Exception {

    private static final long serialVersionUID = 1;

    private final long line;
    private final String field;

    MalformedLineException(long line, String field, String value, String expected) {
        super("line " + line + ", " + field + ": " + value + " (expected: " + expected + ")");
        this.line = line;
        this.field = field;
    }

    /** The line's number, from 1. */
    public long line() {
        return line;
    }

    /** The field that is wrong, or {@code line} when it is the line as a whole. */
    public String field() {
        return field;
    }
}
