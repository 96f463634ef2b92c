package dev.skein.server.tls;

import dev.skein.core.TimeSource;
import dev.skein.core.tls.CredentialsException;
import dev.skein.core.tls.ReloadingCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the files again and again, on a thread of its own because disks may be slow. */
final class CredentialWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CredentialWatch.class);

    private final ReloadingCredentials credentials;
    private final TimeSource time;
    private final ScheduledExecutorService thread;
    private final String name;
    private String lastProblem = "";

    /** @param name of what they are for */
    CredentialWatch(ReloadingCredentials credentials, String name, Duration every, TimeSource time) {
        this.credentials = credentials;
        this.name = name;
        this.time = time;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread created = new Thread(task, "skein-tls-" + name);
            created.setDaemon(true);
            return created;
        });
        thread.scheduleWithFixedDelay(this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            if (credentials.reload(Instant.ofEpochMilli(time.wallMillis()))) {
                log.info("{}: new certificates are in use; this node's is valid until {}", name, credentials.expires());
            }
            lastProblem = "";
        } catch (CredentialsException unfit) {
            tell(unfit.getMessage());
        } catch (RuntimeException defect) {
            log.error("looking at the certificates failed; it goes on", defect);
        }
    }

    /** Files in the middle of being replaced don't fit together either: only a lasting problem is worth a line. */
    private void tell(String problem) {
        if (problem.equals(lastProblem)) {
            return;
        }
        lastProblem = problem;
        log.warn("{}; the certificates read before stay in use", problem);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
