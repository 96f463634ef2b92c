package dev.skein.client.admin;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An API key to be made.
 *
 * @param label for people
 * @param capabilities what it allows; everything else is denied
 * @param quota what its users may have together
 * @param expires when it ends; empty: never
 */
public record KeySpec(String label, List<Capability> capabilities, Quota quota, Optional<Instant> expires) {

    public KeySpec {
        capabilities = List.copyOf(capabilities);
    }
}
