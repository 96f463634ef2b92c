package dev.skein.systemtests.check;

/** Each final source has every serial from 1 to the channel's last. */
final class Gapless implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.GAPLESS, "channels on replicas and in histories");
        for (int source = 0; source < ledger.sources().size(); source++) {
            for (int channel = 0; channel < ledger.history().channelCount(); channel++) {
                if (ledger.sources().get(source).isFinal() && ledger.history().covers(source, channel)) {
                    look(ledger, source, channel, finding);
                }
            }
        }
        return finding.verdict();
    }

    private static void look(Ledger ledger, int source, int channel, Finding finding) {
        finding.looked();
        int last = ledger.last(channel);
        for (int serial = 1; serial <= last; serial++) {
            if (ledger.at(source, channel, serial) == null) {
                finding.broken(
                        "%s lacks %s (the channel ends at %d)",
                        ledger.sources().get(source), ledger.place(channel, serial), last);
                return;
            }
        }
    }
}
