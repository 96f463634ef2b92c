package dev.skein.replication.nodelog;

import dev.skein.replication.Mutation;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The deliberate defect {@link Mutation#SYNC_RETRIED}, with the disk that it needs: a sync fails, and as with a page cache what it should have
 * written is gone, although the next sync succeeds. The log asks again and believes it.
 */
final class RetriedSync implements AppendFile {

    private static final int SYNCS_TO_THE_FAILURE = 300;

    private final AppendFile file;
    private long synced;
    private long written;

    private RetriedSync(AppendFile file) {
        this.file = file;
    }

    /** The real thing, unless the defect is switched on. */
    static Opener opener() {
        return Mutation.SYNC_RETRIED.isOn() ? path -> new RetriedSync(AppendFile.open(path)) : AppendFile::open;
    }

    @Override
    public void write(ByteBuffer source, long offset) throws IOException {
        written = offset + source.remaining();
        file.write(source, offset);
    }

    @Override
    public void force() throws IOException {
        if (synced > 0 && Mutation.SYNC_RETRIED.isOnTheTime(SYNCS_TO_THE_FAILURE)) {
            file.write(ByteBuffer.allocate((int) (written - synced)), synced);
        }
        file.force();
        synced = written;
    }

    @Override
    public void resize(long bytes) throws IOException {
        file.resize(bytes);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
