package dev.skein.client.internal.core;

import com.google.protobuf.ByteString;
import dev.skein.client.GapCause;
import dev.skein.client.Payload;
import dev.skein.client.Position;
import dev.skein.client.StartPoint;
import dev.skein.proto.client.v1.Start;

/** Translates values between the API and the wire. */
public final class Wire {

    private Wire() {}

    public static GapCause gapCause(dev.skein.proto.client.v1.GapCause cause) {
        return switch (cause) {
            case GAP_CAUSE_RETENTION -> GapCause.RETENTION;
            case GAP_CAUSE_EXPIRED -> GapCause.EXPIRED;
            case GAP_CAUSE_NEW_EPOCH -> GapCause.NEW_EPOCH;
            default -> GapCause.UNKNOWN;
        };
    }

    static Start start(StartPoint point) {
        Start.Builder start = Start.newBuilder();
        if (point instanceof StartPoint.After after) {
            start.setPosition(position(after.position()));
        } else if (point instanceof StartPoint.AtSerial at) {
            start.setSerial(at.serial());
        } else if (point instanceof StartPoint.Last last) {
            start.setLast(last.messages());
        } else if (point instanceof StartPoint.Since since) {
            start.setSinceMs(since.time().toEpochMilli());
        } else if (point instanceof StartPoint.Resume resume) {
            start.setResumeToken(ByteString.copyFrom(resume.token().toByteArray()));
        } else {
            start.setLatest(true);
        }
        return start.build();
    }

    static dev.skein.proto.client.v1.Position position(Position position) {
        return dev.skein.proto.client.v1.Position.newBuilder()
                .setEpoch(position.epoch())
                .setSerial(position.serial())
                .build();
    }

    static Position position(dev.skein.proto.client.v1.Position position) {
        return new Position(position.getEpoch(), position.getSerial());
    }

    public static Payload payload(ByteString bytes) {
        return Payload.of(bytes.asReadOnlyByteBuffer());
    }
}
