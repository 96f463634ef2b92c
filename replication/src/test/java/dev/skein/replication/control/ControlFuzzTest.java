package dev.skein.replication.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.replication.group.CheckedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Commands of the control group with any content: applied or refused, alike on every replica. */
final class ControlFuzzTest {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");
    private static final ControlState BIRTH = ControlBirth.of(
                    "test", PlacementTest.nodes("us/a", "us/b", "us/c", "eu/a", "eu/b", "ap/a"), REGIONS)
            .state();

    private static final ControlCommand CREATE_DEFAULT = ControlCommand.newBuilder()
            .setCreateNamespace(NamespaceSpec.newBuilder().setName("default").setShards(2))
            .build();

    @TempDir
    Path directory;

    @FuzzTest(maxDuration = "1m")
    void commands(byte[] bytes) throws InvalidProtocolBufferException {
        ControlMachine machine = new ControlMachine(BIRTH, REGIONS);
        machine.apply(1, CREATE_DEFAULT);
        var command = ControlMachine.decode(ByteString.copyFrom(bytes)).orElse(null);
        if (command != null) {
            machine.apply(2, command);
            machine.apply(3, command);
            assertEquals(3, machine.state().getVersion());
            assertEquals(machine.state(), ControlState.parseFrom(machine.state().toByteString()));
        }
    }

    @FuzzTest(maxDuration = "1m")
    void checkedFiles(byte[] bytes) throws IOException {
        Path file = directory.resolve("state");
        Files.write(file, bytes);
        try {
            assertEquals(bytes.length - 12, CheckedFile.read(file).size());
        } catch (IOException refused) {
            return;
        }
    }
}
