package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Sighting;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A message stands at one serial at most, and a producer sequence is used by one message at most. Counts messages. */
final class AtMostOnce implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.AT_MOST_ONCE, "messages seen");
        Uses uses = new Uses(ledger, finding);
        ledger.history().sightings(uses::look);
        return finding.verdict();
    }

    private static final class Uses {
        private final Ledger ledger;
        private final Finding finding;
        private final long[] serials;
        private final boolean[] reported;
        private final Map<Long, Long> idByIdentity = new HashMap<>();

        Uses(Ledger ledger, Finding finding) {
            this.ledger = ledger;
            this.finding = finding;
            this.serials = new long[ledger.history().publishCount()];
            this.reported = new boolean[serials.length];
            Arrays.fill(serials, -1);
        }

        void look(Sighting seen) {
            long id = ledger.idOf(seen);
            if (id < 0 || id >= serials.length || reported[(int) id]) {
                return;
            }
            int message = (int) id;
            if (serials[message] < 0) {
                serials[message] = seen.serial();
                finding.looked();
                lookAtSequence(seen, id);
            } else if (serials[message] != seen.serial()) {
                reported[message] = true;
                finding.broken(
                        "message %d is at %s and at %s (by %s)",
                        id,
                        ledger.place(seen.channel(), serials[message]),
                        ledger.place(seen.channel(), seen.serial()),
                        ledger.sources().get(seen.source()));
            }
        }

        private void lookAtSequence(Sighting seen, long id) {
            Long other = seen.identity() == 0 ? null : idByIdentity.putIfAbsent(seen.identity(), id);
            if (other != null && other != id) {
                finding.broken("messages %d and %d carry the same producer sequence", other, id);
            }
        }
    }
}
