package dev.skein.router.routes;

/**
 * Numbers that look random but are the same for the same client, on every node and in every version: clients spread out
 * without anybody keeping a list of them.
 */
final class ClientHash {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private ClientHash() {}

    /** Uniform in (0, 1), by client and purpose. */
    static double unit(String client, String purpose) {
        long hash = FNV_OFFSET;
        hash = fold(hash, client);
        hash = fold(hash * FNV_PRIME, purpose);
        return ((mix(hash) >>> 11) + 0.5) * 0x1.0p-53;
    }

    private static long fold(long hash, String text) {
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    /** The finaliser of splitmix64: FNV alone leaves similar names with similar high bits. */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
