package dev.skein.core.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a class of the tests in a JVM of its own, with one service registered that isn't registered here: what that changes for a whole
 * process changes nothing for the other tests of this one.
 */
public final class OtherJvm {

    private static final List<String> FLAGS = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final long PATIENCE_SECONDS = 120;

    private OtherJvm() {}

    /**
     * Waits until it has ended well.
     *
     * @param directory an empty one, for files of the run
     * @param service for {@link java.util.ServiceLoader}
     * @param main has the main method, and provides the service
     * @return what it printed
     */
    public static <S> String run(Path directory, Class<S> service, Class<? extends S> main, String... arguments)
            throws IOException, InterruptedException {
        Path services = Files.createDirectories(directory.resolve("META-INF").resolve("services"));
        Files.writeString(services.resolve(service.getName()), main.getName() + "\n");
        Path printed = directory.resolve("printed");
        Process process = new ProcessBuilder(command(directory, main, arguments))
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            String text = Files.readString(printed);
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(
                        main.getName() + (ended ? " failed" : " still runs") + "; it printed:\n" + text);
            }
            return text;
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> command(Path directory, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        String classes = System.getProperty("java.class.path") + File.pathSeparator + directory;
        command.addAll(List.of("-cp", classes, main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
