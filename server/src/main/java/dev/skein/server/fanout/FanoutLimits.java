package dev.skein.server.fanout;

/**
 * Limits of the fan-out. A subscriber that needs more than a ring holds reads from the store.
 *
 * @param ringMessagesMax messages in one ring
 * @param ringBytesMax bytes in one ring
 * @param ringBytesOfNodeMax bytes in all rings of the node
 * @param channelsMax channels followed at once; reached: OVERLOADED
 * @param batchMessagesMax messages of one frame and of one store page
 * @param batchBytesMax bytes of one frame and of one store page
 */
public record FanoutLimits(
        int ringMessagesMax,
        long ringBytesMax,
        long ringBytesOfNodeMax,
        int channelsMax,
        int batchMessagesMax,
        int batchBytesMax) {

    /** For a node with a few hundred MiB. */
    public static final FanoutLimits DEFAULT = new FanoutLimits(4_096, 1 << 20, 24L << 20, 100_000, 256, 128 << 10);
}
