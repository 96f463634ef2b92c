package dev.skein.cli.certificates;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/**
 * A certificate and its private key, both in PEM.
 *
 * @param certificate X.509
 * @param key PKCS #8, not encrypted
 */
public record CertifiedKey(String certificate, String key) {

    private static final String CERTIFICATE_SUFFIX = ".pem";
    private static final String KEY_SUFFIX = "-key.pem";

    static CertifiedKey of(byte[] certificate, byte[] key) {
        return new CertifiedKey(pem("CERTIFICATE", certificate), pem("PRIVATE KEY", key));
    }

    /** Where {@link #write} puts the certificate. */
    public static Path certificateFile(Path directory, String name) {
        return directory.resolve(name + CERTIFICATE_SUFFIX);
    }

    /** Where {@link #write} puts the key. */
    public static Path keyFile(Path directory, String name) {
        return directory.resolve(name + KEY_SUFFIX);
    }

    /** Writes both files, each at once; nobody but the owner may read the key. */
    public void write(Path directory, String name) throws IOException {
        replace(keyFile(directory, name), key, "rw-------");
        replace(certificateFile(directory, name), certificate, "rw-r--r--");
    }

    private static void replace(Path file, String text, String permissions) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        }
        Files.writeString(next, text);
        Files.move(
                next,
                file,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static String pem(String what, byte[] encoded) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(encoded);
        return "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n";
    }
}
