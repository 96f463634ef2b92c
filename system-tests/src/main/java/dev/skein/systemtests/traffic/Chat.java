package dev.skein.systemtests.traffic;

import dev.skein.cli.ChatFile;
import dev.skein.cli.ChatMessage;
import dev.skein.cli.MalformedLineException;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * What is said, in order, again from the start when it ends before the run does. Immutable.
 *
 * @param lines not empty
 * @param rooms every room of the lines
 */
public record Chat(List<ChatLine> lines, Set<String> rooms) {

    /** Held in memory. Reached: the rest of the file is left out, and that is said. */
    private static final int LINES_MAX = 1_000_000;

    /** Subscriptions of one client. Reached: rooms that come later are left out, and that is said. */
    private static final int ROOMS_MAX = 5_000;

    private static final int MALFORMED_SHOWN_MAX = 5;
    private static final int GENERATED_LINES = 20_000;
    private static final int GENERATED_ROOMS = 40;
    private static final int GENERATED_SENDERS = 200;
    private static final double ZIPF = 1.1;
    private static final String[] WORDS =
            ("the a is of and to in it you that he was for on are with as they be at one have this"
                            + " from loop function value array object why not works here thanks try again error line code test ship"
                            + " great maybe later deploy region zone order message never lost")
                    .split(" ");

    public ChatLine line(long index) {
        return lines.get((int) (index % lines.size()));
    }

    /** Reads recorded chat; malformed lines are said and left out. */
    public static Chat read(Path file, int limit, Progress progress) throws IOException {
        List<ChatLine> lines = new ArrayList<>();
        Set<String> rooms = new LinkedHashSet<>();
        long malformed = 0;
        long leftOut = 0;
        int most = limit == 0 ? LINES_MAX : Math.min(limit, LINES_MAX);
        try (ChatFile chat = ChatFile.open(file)) {
            while (lines.size() < most) {
                try {
                    Optional<ChatMessage> next = chat.next();
                    if (next.isEmpty()) {
                        break;
                    }
                    leftOut += add(next.get(), lines, rooms);
                } catch (MalformedLineException bad) {
                    if (malformed++ < MALFORMED_SHOWN_MAX) {
                        progress.say("  left out, " + bad.getMessage());
                    }
                }
            }
        }
        if (lines.isEmpty()) {
            throw new IOException("input: " + file + " (expected: at least one chat message)");
        }
        progress.say(
                "  " + lines.size() + " messages in " + rooms.size() + " rooms read from " + file + "; " + malformed
                        + " malformed lines and " + leftOut + " messages of rooms beyond " + ROOMS_MAX + " left out");
        return new Chat(lines, rooms);
    }

    private static int add(ChatMessage message, List<ChatLine> lines, Set<String> rooms) {
        if (!rooms.contains(message.room()) && rooms.size() >= ROOMS_MAX) {
            return 1;
        }
        rooms.add(message.room());
        lines.add(new ChatLine(message.room(), message.sender(), message.text()));
        return 0;
    }

    /** Chat like the recorded one: few rooms hold most of it (Zipf), most messages are short. */
    public static Chat generate(long seed) {
        Random random = new Random(seed);
        double[] cumulated = new double[GENERATED_ROOMS];
        double sum = 0;
        for (int room = 0; room < GENERATED_ROOMS; room++) {
            sum += 1 / Math.pow(room + 1, ZIPF);
            cumulated[room] = sum;
        }
        List<ChatLine> lines = new ArrayList<>(GENERATED_LINES);
        Set<String> rooms = new LinkedHashSet<>();
        for (int i = 0; i < GENERATED_LINES; i++) {
            double at = random.nextDouble() * sum;
            int room = 0;
            while (cumulated[room] < at) {
                room++;
            }
            rooms.add("room-" + room);
            lines.add(new ChatLine("room-" + room, "user-" + random.nextInt(GENERATED_SENDERS), text(random)));
        }
        return new Chat(lines, rooms);
    }

    private static String text(Random random) {
        int words = 1 + (int) Math.min(60, -Math.log(1 - random.nextDouble()) * 9);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString();
    }
}
