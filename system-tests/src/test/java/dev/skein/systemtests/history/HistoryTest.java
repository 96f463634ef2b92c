package dev.skein.systemtests.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.Receipt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private final History history = new History();

    @Test
    void keepsAPublishFromInvocationToReceipt() {
        int client = history.addClient(new Client("chat", "us"));
        int channel = history.channel("default:a");
        int id = history.invoked(client, channel, 10);
        history.payload(id, -5);
        assertEquals(new Publish(id, client, channel, -5, 10, Outcome.PENDING, 0, 0, 0, false), history.publish(id));

        history.acknowledged(id, new Receipt(7, 3, 9, Instant.EPOCH, true), 20);
        assertEquals(
                new Publish(id, client, channel, -5, 10, Outcome.ACKNOWLEDGED, 20, 7, 3, true), history.publish(id));
    }

    @Test
    void givesBackWhatWasSightedInOrder() {
        List<Sighting> written = IntStream.range(0, 20_000)
                .mapToObj(i -> new Sighting(1, 2, 77, i + 1, i, -i, ~i, 5_000 + i, i))
                .toList();
        written.forEach(history::sighted);

        List<Sighting> read = new ArrayList<>();
        history.sightings(read::add);
        assertEquals(written, read);
    }

    @Test
    void givesBackMarksRetriesAndAttachments() {
        Mark mark = new Mark(Mark.Kind.GAP, 1, 2, 3, 4, 5);
        Retry retry = new Retry(1, "eu", true, Outcome.ACKNOWLEDGED, 7, 8, true);
        Attachment lost = new Attachment(3, "", 9);
        history.marked(mark);
        history.retried(retry);
        history.attached(lost);

        history.marks(each -> assertEquals(mark, each));
        history.retries(each -> assertEquals(retry, each));
        List<Attachment> attachments = new ArrayList<>();
        history.attachments(attachments::add);
        assertEquals(List.of(lost), attachments);
        assertFalse(lost.isAttached());
    }

    @Test
    void numbersChannelsOnce() {
        int first = history.channel("default:a");
        int second = history.channel("default:b");

        assertEquals(first, history.channel("default:a"));
        assertEquals(List.of("default:a", "default:b"), history.channelNames());
        assertEquals("default:b", history.channelName(second));
    }

    @Test
    void coversOnlyWhatWasSaid() {
        int source = history.addSource(new Source(Source.Kind.REPLICA, "us-a"));
        history.cover(source, 3);

        assertTrue(history.covers(source, 3));
        assertFalse(history.covers(source, 2));
    }

    @Test
    void refusesRowsThatDoNotExist() {
        assertThrows(IndexOutOfBoundsException.class, () -> history.publish(0));
    }

    @Test
    void losesNothingWhenManyThreadsRecord() throws InterruptedException {
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(thread -> new Thread(() -> IntStream.range(0, 5_000)
                        .forEach(i -> history.sighted(new Sighting(thread, 0, 1, i, i, 0, 0, 0, 0)))))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        long[] sums = new long[4];
        history.sightings(seen -> sums[seen.source()] += seen.serial() + 1);
        assertEquals(20_000, history.sightingCount());
        for (long sum : sums) {
            assertEquals(5_000L * 5_001 / 2, sum);
        }
    }
}
