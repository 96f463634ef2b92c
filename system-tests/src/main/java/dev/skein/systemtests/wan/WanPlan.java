package dev.skein.systemtests.wan;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.skein.core.Checks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an emulator emulates.
 *
 * @param regions in the cluster's order, which chooses distances from the profile
 * @param wan a word of {@link WanProfile}
 * @param zoneDelayMicros one way between zones of a region; null: the profile's
 * @param bufferBytes of one direction of a connection before its sender has to wait; 0: 4 MiB. More lets a far path carry more
 *     (bytes a delay), less saves memory during a cut.
 * @param seed of jitter and loss
 * @param places all that may dial or be dialled; more may be added later
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WanPlan(
        List<String> regions,
        String wan,
        @Nullable Long zoneDelayMicros,
        int bufferBytes,
        long seed,
        List<Place> places) {

    private static final int BUFFER_BYTES_DEFAULT = 4 << 20;
    private static final long NANOS_PER_MICRO = 1_000;

    public WanPlan {
        Checks.check(!regions.isEmpty(), "regions", regions, "at least one");
        Checks.check(bufferBytes >= 0, "bufferBytes", bufferBytes, "0 or more");
        WanProfile.named(wan);
        bufferBytes = bufferBytes == 0 ? BUFFER_BYTES_DEFAULT : bufferBytes;
        regions = List.copyOf(regions);
        places = List.copyOf(places);
    }

    PathSettings between(Place from, Place to) {
        WanProfile profile = WanProfile.named(wan);
        long zoneDelay = zoneDelayMicros == null ? profile.zoneDelayNanos() : zoneDelayMicros * NANOS_PER_MICRO;
        return profile.between(from, to, regions, zoneDelay);
    }
}
