package dev.skein.replication.host;

import dev.skein.proto.replication.v1.GetStatesRequest;
import dev.skein.proto.replication.v1.GetStatesResponse;
import dev.skein.proto.replication.v1.GroupStates;
import dev.skein.proto.replication.v1.StateCheckGrpc;
import dev.skein.proto.replication.v1.StatePoint;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Tells other nodes the states of this node's replicas. Reads snapshots only. */
final class StateCheckService extends StateCheckGrpc.StateCheckImplBase {

    /** Changes whenever a digest of the same entries does: then nodes of both versions don't compare. */
    static final int DIGEST_VERSION = 1;

    private final Supplier<Map<String, Map<Long, Long>>> points;

    /**
     * The service.
     *
     * @param points of every group that has a replica here, by name
     */
    StateCheckService(Supplier<Map<String, Map<Long, Long>>> points) {
        this.points = points;
    }

    @Override
    public void getStates(GetStatesRequest request, StreamObserver<GetStatesResponse> responses) {
        GetStatesResponse.Builder response = GetStatesResponse.newBuilder().setDigestVersion(DIGEST_VERSION);
        Set<String> wanted = new HashSet<>(request.getGroupsList());
        points.get().forEach((group, all) -> {
            if (wanted.contains(group)) {
                response.addGroups(states(group, all));
            }
        });
        responses.onNext(response.build());
        responses.onCompleted();
    }

    private static GroupStates states(String group, Map<Long, Long> points) {
        GroupStates.Builder states = GroupStates.newBuilder().setGroup(group);
        points.forEach((index, digest) ->
                states.addPoints(StatePoint.newBuilder().setIndex(index).setDigest(digest)));
        return states.build();
    }
}
