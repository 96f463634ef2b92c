package dev.skein.replication.control;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.skein.core.ChannelName;
import dev.skein.core.Limits;
import dev.skein.core.NodeId;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.wire.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The control group's deterministic state. Commands either change it or are refused with a reason; both are the same on every
 * replica. Owned by the group's apply thread; {@link #state()} is an immutable snapshot.
 */
public final class ControlMachine {

    private final List<String> regionOrder;
    private volatile ControlState state;

    /**
     * A machine at its beginning.
     *
     * @param birth the founding state, the same on every node: cluster id and founding nodes
     * @param regionOrder regions in the configuration's order
     */
    public ControlMachine(ControlState birth, List<String> regionOrder) {
        this.state = birth;
        this.regionOrder = List.copyOf(regionOrder);
    }

    /** The state after the last applied command. */
    public ControlState state() {
        return state;
    }

    /** Replaces the state by a snapshot's. */
    public void load(ControlState snapshot) {
        state = snapshot;
    }

    /**
     * Applies a command.
     *
     * @param index index of its entry: the state's new version
     * @return why it was refused, or null
     */
    public @Nullable Error apply(long index, ControlCommand command) {
        try {
            ControlState.Builder next = state.toBuilder();
            change(next, index, command);
            state = next.setVersion(index).build();
            return null;
        } catch (Refusal refusal) {
            state = state.toBuilder().setVersion(index).build();
            return refusal.error;
        }
    }

    private void change(ControlState.Builder next, long index, ControlCommand command) throws Refusal {
        switch (command.getCommandCase()) {
            case REGISTER_NODE ->
                registerNode(next, index, command.getRegisterNode().getNode());
            case REMOVE_NODE -> removeNode(next, command.getRemoveNode().getNode());
            case SET_DRAINING -> setDraining(next, command);
            case CREATE_NAMESPACE -> createNamespace(next, command);
            case ALTER_NAMESPACE -> alterNamespace(next, command.getAlterNamespace());
            case CREATE_KEY -> AccessRules.createKey(next, command.getCreateKey());
            case REVOKE_KEY -> AccessRules.revokeKey(next, command.getRevokeKey());
            case REVOKE_TOKENS -> AccessRules.revokeTokens(next, command.getRevokeTokens(), command.getTimeMs());
            case COMMAND_NOT_SET -> throw refuse(Reason.REASON_INVALID_ARGUMENT, "command: not set (expected: one)");
        }
    }

    // ------------------------------------------------------------------------------------------------------------
    // nodes

    // An incarnation that the control group gives out is an index of its log plus one: it never repeats, also not for a
    // node that was
    // removed and comes back, and never is a founder's 1.
    private static void registerNode(ControlState.Builder next, long index, NodeRecord node) throws Refusal {
        int at = indexOfNode(next, node.getNode());
        if (at < 0) {
            checkNode(node);
            next.addNodes(node.toBuilder().setStorageIncarnation(index + 1));
            return;
        }
        NodeRecord known = next.getNodes(at);
        if (!known.getRegion().equals(node.getRegion()) || !known.getZone().equals(node.getZone())) {
            throw refuse(
                    Reason.REASON_ALREADY_EXISTS,
                    "node " + node.getNode() + ": " + node.getRegion() + "/" + node.getZone() + " (expected: "
                            + known.getRegion() + "/" + known.getZone() + ", as registered)");
        }
        boolean firstOfFounder = known.getStorageId().isEmpty() && node.getStorageIncarnation() == 1;
        boolean sameStorage = known.getStorageId().equals(node.getStorageId());
        long incarnation = firstOfFounder || sameStorage ? known.getStorageIncarnation() : index + 1;
        next.setNodes(at, node.toBuilder().setStorageIncarnation(incarnation));
    }

    private static void checkNode(NodeRecord node) throws Refusal {
        try {
            new NodeId(node.getNode());
        } catch (IllegalArgumentException invalid) {
            throw refuse(Reason.REASON_INVALID_ARGUMENT, String.valueOf(invalid.getMessage()));
        }
        if (node.getRegion().isEmpty()
                || node.getZone().isEmpty()
                || node.getPeerAddress().isEmpty()) {
            throw refuse(
                    Reason.REASON_INVALID_ARGUMENT,
                    "node " + node.getNode() + ": region, zone or address missing (expected: all of them)");
        }
    }

    private static void removeNode(ControlState.Builder next, String node) throws Refusal {
        int at = indexOfNode(next, node);
        if (at < 0) {
            throw unknownNode(node);
        }
        for (Namespace namespace : next.getNamespacesList()) {
            boolean holdsReplica = namespace.getPlacementsList().stream()
                    .anyMatch(placement -> placement.getVotersList().contains(node)
                            || placement.getLearnersList().contains(node));
            if (holdsReplica) {
                throw refuse(
                        Reason.REASON_SURVIVAL_GOAL_UNMET,
                        "node " + node + ": holds replicas of namespace "
                                + namespace.getSpec().getName() + " (expected: none)");
            }
        }
        next.removeNodes(at);
    }

    private static void setDraining(ControlState.Builder next, ControlCommand command) throws Refusal {
        String node = command.getSetDraining().getNode();
        if (indexOfNode(next, node) < 0) {
            throw unknownNode(node);
        }
        List<String> draining = new ArrayList<>(next.getDrainingList());
        draining.remove(node);
        if (command.getSetDraining().getDraining()) {
            draining.add(node);
        }
        next.clearDraining().addAllDraining(draining);
    }

    private static int indexOfNode(ControlState.Builder state, String node) {
        for (int i = 0; i < state.getNodesCount(); i++) {
            if (state.getNodes(i).getNode().equals(node)) {
                return i;
            }
        }
        return -1;
    }

    private static Refusal unknownNode(String node) {
        return refuse(Reason.REASON_NOT_FOUND, "node: " + node + " (expected: a registered node)");
    }

    // -------------------------------------------------------------------------------------------------------
    // namespaces

    private void createNamespace(ControlState.Builder next, ControlCommand command) throws Refusal {
        NamespaceSpec wanted = command.getCreateNamespace();
        checkNamespaceName(wanted.getName());
        Optional<Namespace> existing = find(next, wanted.getName());
        if (existing.isPresent()) {
            throw refuse(Reason.REASON_ALREADY_EXISTS, "namespace: " + wanted.getName() + " (expected: a new name)");
        }
        if (next.getNamespacesCount() >= Limits.NAMESPACES_MAX) {
            throw refuse(
                    Reason.REASON_INVALID_ARGUMENT,
                    "namespaces: " + Limits.NAMESPACES_MAX + " exist (expected: fewer)");
        }
        NamespaceSpec spec = NamespaceRules.complete(wanted, regions(next));
        checkSpec(spec);
        Namespace.Builder created = Namespace.newBuilder()
                .setSpec(spec)
                .setVersion(1)
                .setEpoch(epoch(command.getCommandId(), command.getTimeMs()));
        new ShardPlacer(next.getNodesList(), regionOrder).place(created, true);
        next.addNamespaces(created);
    }

    private void alterNamespace(ControlState.Builder next, AlterNamespaceRequest change) throws Refusal {
        for (int i = 0; i < next.getNamespacesCount(); i++) {
            Namespace present = next.getNamespaces(i);
            if (present.getSpec().getName().equals(change.getName())) {
                NamespaceSpec spec = NamespaceRules.alter(present.getSpec(), change);
                checkSpec(spec);
                Namespace.Builder altered = present.toBuilder().setSpec(spec).setVersion(present.getVersion() + 1);
                if (change.hasSurvivalGoal() || change.hasHomeRegion()) {
                    new ShardPlacer(next.getNodesList(), regionOrder).place(altered, false);
                }
                next.setNamespaces(i, altered);
                return;
            }
        }
        throw refuse(
                Reason.REASON_UNKNOWN_NAMESPACE,
                "namespace: " + change.getName() + " (expected: an existing namespace)");
    }

    private static Optional<Namespace> find(ControlState.Builder state, String name) {
        return state.getNamespacesList().stream()
                .filter(namespace -> namespace.getSpec().getName().equals(name))
                .findFirst();
    }

    private List<String> regions(ControlState.Builder next) {
        return new Placement(next.getNodesList(), regionOrder).regions();
    }

    private static void checkNamespaceName(String name) throws Refusal {
        try {
            ChannelName.checkNamespace(name);
        } catch (IllegalArgumentException invalid) {
            throw refuse(Reason.REASON_INVALID_ARGUMENT, String.valueOf(invalid.getMessage()));
        }
    }

    private static void checkSpec(NamespaceSpec spec) throws Refusal {
        String problem = NamespaceRules.problem(spec);
        if (problem != null) {
            throw refuse(Reason.REASON_INVALID_ARGUMENT, problem);
        }
    }

    // An epoch must differ from every other of the cluster's life: time and a random command id, mixed; never 0.
    private static long epoch(long commandId, long timeMillis) {
        long mixed = (commandId ^ (timeMillis << 20)) * 0x9E3779B97F4A7C15L;
        return (mixed >>> 1) | 1;
    }

    /** Reads a command; empty when the bytes are none. */
    public static Optional<ControlCommand> decode(com.google.protobuf.ByteString bytes) {
        return parse(() -> ControlCommand.parseFrom(bytes));
    }

    private static <M extends Message> Optional<M> parse(Parse<M> parse) {
        try {
            return Optional.of(parse.run());
        } catch (InvalidProtocolBufferException damaged) {
            return Optional.empty();
        }
    }

    private interface Parse<M> {
        M run() throws InvalidProtocolBufferException;
    }

    static Refusal refuse(Reason reason, String text) {
        return new Refusal(Errors.of(reason, text));
    }

    /** A command that is refused. */
    static final class Refusal extends Exception {

        private static final long serialVersionUID = 1;

        private final transient Error error;

        Refusal(Error error) {
            super(error.getText(), null, false, false);
            this.error = error;
        }
    }
}
