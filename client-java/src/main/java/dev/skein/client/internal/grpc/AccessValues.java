package dev.skein.client.internal.grpc;

import dev.skein.client.admin.AccessKey;
import dev.skein.client.admin.Capability;
import dev.skein.client.admin.CreatedKey;
import dev.skein.client.admin.KeySpec;
import dev.skein.client.admin.Permission;
import dev.skein.client.admin.Quota;
import dev.skein.proto.admin.v1.ApiKey;
import dev.skein.proto.admin.v1.CreateKeyResponse;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Translates API keys between the client's values and the wire's. */
final class AccessValues {

    private AccessValues() {}

    static ApiKey.Builder key(KeySpec spec) {
        ApiKey.Builder key = ApiKey.newBuilder()
                .setLabel(spec.label())
                .setQuota(dev.skein.proto.admin.v1.Quota.newBuilder()
                        .setMessagesPerSecond(spec.quota().messagesPerSecond())
                        .setBytesPerSecond(spec.quota().bytesPerSecond())
                        .setStreams(spec.quota().streams()))
                .setExpiresMs(spec.expires().map(Instant::toEpochMilli).orElse(0L));
        spec.capabilities().forEach(each -> key.addCapabilities(capability(each)));
        return key;
    }

    static AccessKey key(ApiKey key) {
        var quota = key.getQuota();
        List<Capability> capabilities =
                key.getCapabilitiesList().stream().map(AccessValues::capability).toList();
        Optional<Instant> expires =
                key.getExpiresMs() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(key.getExpiresMs()));
        Quota most = new Quota(quota.getMessagesPerSecond(), quota.getBytesPerSecond(), quota.getStreams());
        return new AccessKey(
                key.getId(),
                new KeySpec(key.getLabel(), capabilities, most, expires),
                Instant.ofEpochMilli(key.getCreatedMs()));
    }

    static CreatedKey created(CreateKeyResponse response) {
        AccessKey key = key(response.getKey());
        return new CreatedKey(key, key.id() + "." + response.getSecret());
    }

    private static dev.skein.proto.admin.v1.Capability capability(Capability capability) {
        var built = dev.skein.proto.admin.v1.Capability.newBuilder().setChannels(capability.channels());
        capability
                .permissions()
                .forEach(each ->
                        built.addPermissions(dev.skein.proto.admin.v1.Permission.valueOf("PERMISSION_" + each.name())));
        return built.build();
    }

    /** Permissions that this version doesn't know are left out. */
    private static Capability capability(dev.skein.proto.admin.v1.Capability capability) {
        return new Capability(
                capability.getChannels(),
                capability.getPermissionsList().stream()
                        .map(AccessValues::permission)
                        .flatMap(Optional::stream)
                        .toList());
    }

    private static Optional<Permission> permission(dev.skein.proto.admin.v1.Permission permission) {
        for (Permission each : Permission.values()) {
            if (Objects.equals(permission.name(), "PERMISSION_" + each.name())) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
