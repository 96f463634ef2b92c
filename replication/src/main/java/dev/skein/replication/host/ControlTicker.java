package dev.skein.replication.host;

import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.replication.control.ControlBirth;
import dev.skein.replication.control.ControlGroup;
import dev.skein.replication.disk.DiskFitness;
import dev.skein.replication.group.ShardLog;
import dev.skein.replication.link.RaftLinks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the control group while this node leads it: its members follow the registered nodes (founding voters keep voting,
 * under their newest identity; everyone else learns), and leadership goes to the voter that should have it. On the host thread.
 */
final class ControlTicker {

    private static final Logger LOG = LoggerFactory.getLogger(ControlTicker.class);

    private static final long TICK_MILLIS = 1_000;

    private final ControlGroup control;
    private final List<String> voters;
    private final NodeId self;
    private final LeaderChoice choice;
    private final RaftLinks links;
    private final DiskFitness disk;

    ControlTicker(ControlGroup control, ControlBirth birth, NodeId self, RaftLinks links, TimeSource time) {
        this.control = control;
        this.voters = birth.voters().stream().map(NodeRecord::getNode).toList();
        this.self = self;
        this.choice = new LeaderChoice(self, new PeerFitness(self, links, time));
        this.links = links;
        this.disk = links.disk();
    }

    void start(ScheduledExecutorService host) {
        host.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            Optional<ShardLog> log = control.log();
            if (control.leads() && log.isPresent()) {
                lead(log.get(), control.state());
            }
        } catch (RuntimeException failed) {
            LOG.error("control group not looked after", failed);
        }
    }

    private void lead(ShardLog log, ControlState state) {
        List<NodeRecord> wantedVoters = new ArrayList<>();
        List<NodeRecord> wantedLearners = new ArrayList<>();
        for (NodeRecord node : state.getNodesList()) {
            (voters.contains(node.getNode()) ? wantedVoters : wantedLearners).add(node);
        }
        log.stepTowards(ControlBirth.members(wantedVoters), ControlBirth.members(wantedLearners));
        choice.wanted(voters, Set.copyOf(state.getDrainingList()), disk.wantsLeadership())
                .ifPresent(node -> log.transferLeadership(node).exceptionally(refused -> {
                    LOG.debug("control leadership stays: {}", refused.getMessage());
                    return null;
                }));
    }

    /** Hands leadership, if it is here, to the first voter that can take it. May wait for the group's lock; any thread. */
    void giveUp() {
        Optional<ShardLog> log = control.log();
        if (log.isEmpty() || !control.leads()) {
            return;
        }
        for (String voter : voters) {
            NodeId heir = new NodeId(voter);
            boolean able = !heir.equals(self) && links.mayLead(heir);
            if (able && !log.get().transferLeadership(heir).isCompletedExceptionally()) {
                LOG.info("control leadership goes to {}: the disk here stands still", heir);
                return;
            }
        }
    }
}
