package dev.skein.server.edge;

import dev.skein.proto.edge.v1.Reply;
import dev.skein.proto.edge.v1.SubRefreshRequest;
import dev.skein.proto.edge.v1.SubRefreshResult;
import dev.skein.proto.edge.v1.SubscribeRequest;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.server.access.AccessControl;
import dev.skein.server.access.Caller;
import dev.skein.server.access.ChannelGrant;
import dev.skein.server.access.ChannelVerdict;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tokens by which a session's client follows single channels. Where access isn't controlled they say nothing. Owned by the session's loop. */
final class ChannelTokens {

    private final EdgeParts parts;
    private final EdgeSession session;

    ChannelTokens(EdgeParts parts, EdgeSession session) {
        this.parts = parts;
        this.session = session;
    }

    /** The terms of a subscription that a client asks for; empty: the client has been answered. */
    Optional<Terms> judge(int commandId, SubscribeRequest request) {
        Optional<AccessControl> access = parts.access();
        if (access.isEmpty() || request.getToken().isEmpty()) {
            return Optional.of(Terms.OF_SESSION);
        }
        ChannelVerdict verdict = access.get().channelToken(request.getToken());
        if (verdict instanceof ChannelVerdict.Granted granted) {
            return usable(commandId, granted.grant(), request.getChannel());
        }
        Error refused = ((ChannelVerdict.Refused) verdict).error();
        boolean bad = refused.getReason() == Reason.REASON_UNAUTHENTICATED;
        session.refuse(commandId, bad ? Refusal.PERMISSION_DENIED.error(refused.getText()) : Refusal.of(refused));
        return Optional.empty();
    }

    /** A client brings a newer token for a channel that it follows, or perhaps doesn't. */
    void refresh(int commandId, SubRefreshRequest request, @Nullable EdgeSubscription subscription) {
        if (request.getType() != 0 || parts.access().isEmpty()) {
            session.refuse(commandId, Refusal.NOT_AVAILABLE.error());
        } else if (subscription == null || subscription.isByServer()) {
            session.refuse(commandId, Refusal.PERMISSION_DENIED.error());
        } else if (request.getToken().isEmpty()) {
            session.refuse(commandId, Refusal.BAD_REQUEST.error("token: missing (expected: a channel's token)"));
        } else {
            renew(commandId, parts.access().get().channelToken(request.getToken()), subscription);
        }
    }

    private void renew(int commandId, ChannelVerdict verdict, EdgeSubscription subscription) {
        if (verdict instanceof ChannelVerdict.Granted granted) {
            usable(commandId, granted.grant(), subscription.channel()).ifPresent(terms -> {
                session.channels().renew(subscription, terms);
                session.reply(Reply.newBuilder()
                        .setId(commandId)
                        .setSubRefresh(SubRefreshResult.newBuilder()
                                .setExpires(terms.expire())
                                .setTtl(terms.ttlSeconds(parts.time().wallMillis())))
                        .build());
            });
            return;
        }
        Error refused = ((ChannelVerdict.Refused) verdict).error();
        switch (refused.getReason()) {
            case REASON_UNAUTHENTICATED -> session.close(Farewell.INVALID_TOKEN);
            case REASON_CREDENTIAL_EXPIRED -> session.refuse(commandId, Refusal.EXPIRED.error(refused.getText()));
            default -> session.refuse(commandId, Refusal.of(refused));
        }
    }

    /** A good token may still be somebody else's, or another channel's. */
    private Optional<Terms> usable(int commandId, ChannelGrant grant, String channel) {
        Caller caller = session.credential().caller();
        boolean mine = caller != null
                && grant.holder().equals(caller.holder())
                && grant.channel().equals(channel)
                && (grant.client().isEmpty() || grant.client().equals(session.id()));
        if (!mine) {
            session.close(Farewell.INVALID_TOKEN);
            return Optional.empty();
        }
        if (grant.expiresMs() <= parts.time().wallMillis()) {
            session.refuse(commandId, Refusal.EXPIRED.error());
            return Optional.empty();
        }
        return Optional.of(Terms.of(grant));
    }
}
