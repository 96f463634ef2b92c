package dev.skein.replication.nodelog;

import dev.skein.replication.Mutation;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The file being written: a seam, so that failing disks can be tested. Used by one thread. */
interface AppendFile extends AutoCloseable {

    /** Writes all of the buffer at an offset. */
    void write(ByteBuffer source, long offset) throws IOException;

    /** Makes what was written durable. */
    void force() throws IOException;

    /** Cuts or extends the file and makes its size durable. */
    void resize(long bytes) throws IOException;

    @Override
    void close() throws IOException;

    /** Opens a file for writing, making it when missing. */
    interface Opener {
        AppendFile open(Path path) throws IOException;
    }

    /** The real thing. The thread that uses it must never be interrupted: that would close the channel. */
    static AppendFile open(Path path) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        FileChannel channel = file.getChannel();
        DiskFault fault = DiskFault.below(path);
        return new AppendFile() {
            @Override
            public void write(ByteBuffer source, long offset) throws IOException {
                fault.beforeWrite();
                long at = offset;
                while (source.hasRemaining()) {
                    at += channel.write(source, at);
                }
            }

            @Override
            public void force() throws IOException {
                fault.beforeSync();
                if (!Mutation.LOG_NOT_SYNCED.isOn()) {
                    channel.force(false);
                }
                SlowSync.pause();
            }

            @Override
            public void resize(long bytes) throws IOException {
                fault.beforeWrite();
                file.setLength(bytes);
                channel.force(true);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
