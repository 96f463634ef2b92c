package dev.skein.systemtests.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTest {

    @TempDir
    private Path folder;

    @Test
    void readsLinesAndRoomsAndSaysWhatIsMalformed() throws IOException {
        Path file = Files.writeString(folder.resolve("chat.tsv"), "1\ta\tann\thello\nrubbish\n2\tb\tbob\tt\\to\n");
        List<String> said = new ArrayList<>();

        Chat chat = Chat.read(file, 0, said::add);

        assertEquals(List.of(new ChatLine("a", "ann", "hello"), new ChatLine("b", "bob", "t\to")), chat.lines());
        assertEquals(Set.of("a", "b"), chat.rooms());
        assertTrue(said.get(0).contains("left out"), () -> said.toString());
    }

    @Test
    void startsAgainWhenItIsOver() {
        Chat chat = new Chat(List.of(new ChatLine("a", "x", "1"), new ChatLine("a", "x", "2")), Set.of("a"));

        assertEquals("2", chat.line(3).text());
    }

    @Test
    void stopsAtTheLimit() throws IOException {
        Path file = Files.writeString(folder.resolve("chat.tsv"), "1\ta\tann\thello\n2\tb\tbob\tyo\n");

        assertEquals(1, Chat.read(file, 1, Progress.silent()).lines().size());
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        Path file = Files.writeString(folder.resolve("chat.tsv"), "");

        assertThrows(IOException.class, () -> Chat.read(file, 0, Progress.silent()));
    }

    @Test
    void generatesTheSameChatFromTheSameSeed() {
        assertEquals(Chat.generate(5), Chat.generate(5));
    }

    @Test
    void generatesFewBusyRooms() {
        Chat chat = Chat.generate(5);

        long busiest = chat.lines().stream()
                .filter(line -> line.room().equals("room-0"))
                .count();
        assertTrue(
                busiest > chat.lines().size() / 6,
                () -> busiest + " of " + chat.lines().size());
    }
}
