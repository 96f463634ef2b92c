package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Publish;
import dev.skein.systemtests.history.Sighting;
import java.util.Arrays;

/** Sightings and receipts agree: a place holds one message, of one epoch, that somebody published to this channel. */
final class OneOrder implements Checker {

    private static final int NOBODY = -1;

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.ONE_ORDER, "sightings and receipts");
        Places places = new Places(ledger, finding);
        ledger.history().publishes(places::receipt);
        ledger.history().sightings(places::sighting);
        return finding.verdict();
    }

    /** Who was first seen at each place. */
    private static final class Places {
        private final Ledger ledger;
        private final Finding finding;
        private final int[][] ids;
        private final long[] epochs;

        Places(Ledger ledger, Finding finding) {
            this.ledger = ledger;
            this.finding = finding;
            this.ids = new int[ledger.history().channelCount()][0];
            this.epochs = new long[ids.length];
        }

        void receipt(Publish publish) {
            if (publish.isAcknowledged()) {
                finding.looked();
                put(publish.channel(), publish.epoch(), publish.serial(), publish.id(), "its receipt");
            }
        }

        void sighting(Sighting seen) {
            finding.looked();
            Object source = ledger.sources().get(seen.source());
            long id = ledger.idOf(seen);
            if (!isPublished(seen, id)) {
                finding.broken(
                        "%s shows at %s a message that nobody published there (number %d)",
                        source, ledger.place(seen.channel(), seen.serial()), id);
                return;
            }
            put(seen.channel(), seen.epoch(), seen.serial(), (int) id, source);
        }

        private boolean isPublished(Sighting seen, long id) {
            if (id < 0 || id >= ledger.history().publishCount()) {
                return false;
            }
            Publish publish = ledger.history().publish((int) id);
            return publish.channel() == seen.channel() && publish.crc() == seen.crc();
        }

        private void put(int channel, long epoch, long serial, int id, Object source) {
            if (!ledger.isReasonable(serial)) {
                finding.broken("message %d is at %s by %s", id, ledger.place(channel, serial), source);
                return;
            }
            if (epochs[channel] == 0) {
                epochs[channel] = epoch;
            }
            int known = swap(channel, (int) serial, id);
            if (known != id || epochs[channel] != epoch) {
                finding.broken(
                        "%s is message %d in epoch %d, but message %d in epoch %d by %s",
                        ledger.place(channel, serial), known, epochs[channel], id, epoch, source);
            }
        }

        /** Answers who is there, after putting {@code id} there if nobody was. */
        private int swap(int channel, int serial, int id) {
            int[] row = ids[channel];
            if (serial >= row.length) {
                int old = row.length;
                row = Arrays.copyOf(row, Math.max(16, serial * 2));
                Arrays.fill(row, old, row.length, NOBODY);
                ids[channel] = row;
            }
            if (row[serial] == NOBODY) {
                row[serial] = id;
            }
            return row[serial];
        }
    }
}
