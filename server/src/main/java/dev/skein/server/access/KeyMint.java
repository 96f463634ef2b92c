package dev.skein.server.access;

import com.google.protobuf.ByteString;
import dev.skein.core.Checks;
import dev.skein.core.TimeSource;
import dev.skein.proto.admin.v1.ApiKey;
import dev.skein.proto.replication.v1.StoredKey;
import dev.skein.replication.control.AccessRules;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Random;

/**
 * Makes API keys and recognises their secrets. A secret is 256 random bits, so that a fast hash is enough: nobody finds it by
 * trying. Thread-safe if its random source is.
 */
public final class KeyMint {

    private static final String ID_LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int ID_LENGTH = 16;
    private static final int SALT_BYTES = 16;
    private static final int SECRET_BYTES = 32;

    private final Random random;
    private final TimeSource time;

    /** @param random one that can't be guessed */
    public KeyMint(Random random, TimeSource time) {
        this.random = random;
        this.time = time;
    }

    /**
     * Makes a key with an id and a secret of its own.
     *
     * @param wanted label, capabilities, quota and expiry
     * @throws IllegalArgumentException naming what is wrong with them
     */
    public Minted mint(ApiKey wanted) {
        String problem = AccessRules.problem(wanted);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        long now = time.wallMillis();
        Checks.check(
                wanted.getExpiresMs() == 0 || wanted.getExpiresMs() > now,
                "expires",
                wanted.getExpiresMs(),
                "later than now");
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(SECRET_BYTES));
        ByteString salt = ByteString.copyFrom(bytes(SALT_BYTES));
        ApiKey key = wanted.toBuilder().setId(id()).setCreatedMs(now).build();
        StoredKey stored = StoredKey.newBuilder()
                .setKey(key)
                .setSalt(salt)
                .setHash(hash(salt, secret))
                .build();
        return new Minted(stored, secret);
    }

    static boolean isSecretOf(StoredKey key, String secret) {
        return MessageDigest.isEqual(
                key.getHash().toByteArray(), hash(key.getSalt(), secret).toByteArray());
    }

    private static ByteString hash(ByteString salt, String secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt.toByteArray());
            return ByteString.copyFrom(digest.digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private String id() {
        StringBuilder id = new StringBuilder();
        for (byte each : bytes(ID_LENGTH)) {
            id.append(ID_LETTERS.charAt(each & 31));
        }
        return id.toString();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /**
     * A new key.
     *
     * @param stored what the cluster keeps
     * @param secret what only its holder will know
     */
    public record Minted(StoredKey stored, String secret) {}
}
