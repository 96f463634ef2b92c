package dev.skein.client.internal.core;

import dev.skein.client.Receipt;
import dev.skein.client.SkeinException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the application waits on for a publish. Completed on the callback executor. */
public sealed interface PublishResult {

    /** Takes the receipts of its messages, which are next. */
    void succeed(ReceiptCursor receipts);

    void fail(SkeinException cause);

    /** Of one message. */
    final class Single extends CompletableFuture<Receipt> implements PublishResult {

        @Override
        public void succeed(ReceiptCursor receipts) {
            complete(receipts.next());
        }

        @Override
        public void fail(SkeinException cause) {
            completeExceptionally(cause);
        }
    }

    /** Of a list of messages. */
    final class Several extends CompletableFuture<List<Receipt>> implements PublishResult {

        private final int messages;

        public Several(int messages) {
            this.messages = messages;
        }

        @Override
        public void succeed(ReceiptCursor receipts) {
            List<Receipt> mine = new ArrayList<>(messages);
            for (int i = 0; i < messages; i++) {
                mine.add(receipts.next());
            }
            complete(List.copyOf(mine));
        }

        @Override
        public void fail(SkeinException cause) {
            completeExceptionally(cause);
        }
    }
}
