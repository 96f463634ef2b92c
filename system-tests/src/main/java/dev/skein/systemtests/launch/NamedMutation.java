package dev.skein.systemtests.launch;

import dev.skein.replication.Mutation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Switches on the deliberate defect that a system property names. It is registered in a directory of the run, which only servers that are to
 * be broken have on their class path; anywhere else the property says nothing to anybody.
 */
public final class NamedMutation implements Mutation.Switch {

    private static final String PROPERTY = "skein.mutation";
    private static final String SERVICES = "META-INF/services/";

    @Override
    public String mutation() {
        return System.getProperty(PROPERTY, "");
    }

    /**
     * Flags of servers with this defect.
     *
     * @param directory of the run, where the registration is written
     */
    public static List<String> serverFlags(Mutation mutation, Path directory) throws IOException {
        Path mutant = directory.resolve("mutant").toAbsolutePath();
        Path registration = mutant.resolve(SERVICES + Mutation.Switch.class.getName());
        Files.createDirectories(registration.getParent());
        Files.writeString(registration, NamedMutation.class.getName() + "\n");
        // Appends to what every class loader looks through; -cp would replace the class path.
        return List.of("-Xbootclasspath/a:" + mutant, "-D" + PROPERTY + "=" + mutation.word());
    }
}
