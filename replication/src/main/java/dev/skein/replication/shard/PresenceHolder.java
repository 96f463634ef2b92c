package dev.skein.replication.shard;

/**
 * What keeps members present, as the shard knows it.
 *
 * @param sequence of its last change
 * @param members how many it has
 * @param ended whether it is only waiting for its last members to leave
 */
public record PresenceHolder(long sequence, long members, boolean ended) {

    static final PresenceHolder NEW = new PresenceHolder(0, 0, false);

    static PresenceHolder read(byte[] row) {
        RowReader reader = new RowReader(row);
        return new PresenceHolder(reader.number(), reader.number(), reader.number() != 0);
    }

    byte[] row() {
        return new RowWriter()
                .number(sequence)
                .number(members)
                .number(ended ? 1 : 0)
                .done();
    }

    PresenceHolder plus(long more) {
        return new PresenceHolder(sequence, members + more, ended);
    }
}
