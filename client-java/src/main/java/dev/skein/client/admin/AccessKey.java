package dev.skein.client.admin;

import java.time.Instant;

/**
 * An API key as the cluster knows it, without its secret.
 *
 * @param id the part before the dot
 * @param spec what was asked for
 * @param created when it was made
 */
public record AccessKey(String id, KeySpec spec, Instant created) {}
