package dev.skein.client.admin;

/**
 * A key that was just made. Nobody can find out its secret later.
 *
 * @param key what the cluster knows of it
 * @param text the whole key, {@code id.secret}, as {@code Credential.apiKey} takes it
 */
public record CreatedKey(AccessKey key, String text) {

    @Override
    public String toString() {
        return key.toString();
    }
}
