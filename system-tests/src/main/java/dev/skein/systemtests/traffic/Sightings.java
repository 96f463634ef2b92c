package dev.skein.systemtests.traffic;

import dev.skein.client.Message;
import dev.skein.client.Payload;
import dev.skein.systemtests.history.Identity;
import dev.skein.systemtests.history.Sighting;

/** From what a client sees to what is written down. */
public final class Sightings {

    private Sightings() {}

    public static Sighting of(int source, int channel, Message message, Homes homes, long nanos) {
        return new Sighting(
                source,
                channel,
                message.position().epoch(),
                message.serial(),
                Identity.idIn(message.payload()),
                Identity.crc(message.payload().asReadOnlyBuffer()),
                Identity.producer(
                        message.producer().orElse(Payload.empty()),
                        message.producerSequence(),
                        homes.shardKey(message.channel())),
                message.time().toEpochMilli(),
                nanos);
    }
}
