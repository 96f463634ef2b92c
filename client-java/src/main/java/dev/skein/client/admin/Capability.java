package dev.skein.client.admin;

import java.util.List;

/**
 * Permissions on channels.
 *
 * @param channels {@code namespace:name}, {@code namespace:prefix*}, or {@code *} for every channel
 * @param permissions at least one
 */
public record Capability(String channels, List<Permission> permissions) {

    public Capability {
        permissions = List.copyOf(permissions);
    }
}
