package dev.skein.server.access;

import com.google.protobuf.ByteString;
import dev.skein.core.Checks;
import dev.skein.proto.admin.v1.Quota;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** The key that a node's configuration names: it may do everything at that node, so that the first keys can be made. */
final class RootKey {

    static final String ID = "root";

    static final Grant GRANT =
            new Grant(new Grant.RootKey(), ID, Capabilities.all(), Quota.getDefaultInstance(), Long.MAX_VALUE);

    private static final int SECRET_CHARS_MIN = 32;
    private static final int SECRET_CHARS_MAX = 256;

    private final ByteString secret;

    private RootKey(String secret) {
        this.secret = ByteString.copyFromUtf8(secret);
    }

    static RootKey read(Path file) throws AccessFileException {
        String expected = "a file with root.SECRET, the secret of " + SECRET_CHARS_MIN + " to " + SECRET_CHARS_MAX
                + " characters";
        try {
            String text = Files.readString(file).strip();
            int length = text.length() - ID.length() - 1;
            if (!text.startsWith(ID + ".") || length < SECRET_CHARS_MIN || length > SECRET_CHARS_MAX) {
                throw new AccessFileException(Checks.text("node.access.rootKey", file, expected), null);
            }
            return new RootKey(text.substring(ID.length() + 1));
        } catch (IOException unreadable) {
            throw new AccessFileException(Checks.text("node.access.rootKey", file, expected), unreadable);
        }
    }

    boolean isSecret(String offered) {
        return MessageDigest.isEqual(secret.toByteArray(), offered.getBytes(StandardCharsets.UTF_8));
    }
}
