package dev.skein.cli;

/** A shard as it is written on the command line: {@code namespace/number}. */
record ShardArgument(String namespace, int number) {

    static ShardArgument parse(String text) {
        int slash = text.lastIndexOf('/');
        try {
            if (slash > 0) {
                return new ShardArgument(text.substring(0, slash), Integer.parseUnsignedInt(text.substring(slash + 1)));
            }
        } catch (NumberFormatException notANumber) {
            // Refused below.
        }
        throw new IllegalArgumentException("shard: " + text + " (expected: namespace/number)");
    }
}
