package dev.skein.replication.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.core.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeaderChoiceTest {

    private static final List<String> VOTERS = List.of("us-a", "eu-a", "ap-a");

    private final Set<String> fit = new HashSet<>(VOTERS);
    private final Set<String> back = new HashSet<>();
    private final Set<String> deaf = new HashSet<>();

    @Test
    void theFirstOfTheOrderLeads() {
        assertEquals(Optional.empty(), wanted("us-a"));
        assertEquals(Optional.of("us-a"), wanted("eu-a"));
        fit.remove("us-a");
        assertEquals(Optional.empty(), wanted("eu-a"));
        assertEquals(Optional.of("eu-a"), wanted("ap-a"));
    }

    @Test
    void whoDrainsOrMayNotStayLeadsOnlyIfNobodyElseCan() {
        assertEquals(Optional.of("eu-a"), wanted("us-a", Set.of("us-a"), true));
        assertEquals(Optional.of("eu-a"), wanted("us-a", Set.of(), false));
        fit.clear();
        assertEquals(Optional.empty(), wanted("us-a", Set.of("us-a"), false));
    }

    @Test
    void whomAllHearLeadsInsteadOfOneWhomSomeDoNot() {
        cut("us-a", "eu-a");
        assertEquals(Optional.of("ap-a"), wanted("us-a"));
        assertEquals(Optional.of("ap-a"), wanted("eu-a"));
        assertEquals(Optional.empty(), wanted("ap-a"), "and it doesn't go home meanwhile");
    }

    @Test
    void whoHasJustComeBackIsNotWaitedForInNeed() {
        fit.clear();
        back.addAll(List.of("us-a", "ap-a"));
        assertEquals(Optional.empty(), wanted("eu-a"), "there is no need to go home yet");
        cut("us-a", "eu-a");
        assertEquals(Optional.of("ap-a"), wanted("eu-a"));
    }

    @Test
    void whoIsSilentForEverybodyChangesNothing() {
        cut("us-a", "ap-a");
        cut("eu-a", "ap-a");
        fit.remove("ap-a");
        assertEquals(Optional.empty(), wanted("us-a"));
        assertEquals(Optional.of("us-a"), wanted("eu-a"));
    }

    @Test
    void inARingNobodyIsBetterThanTheNext() {
        List<String> five = List.of("a", "b", "c", "d", "e");
        fit.addAll(five);
        for (int i = 0; i < 5; i++) {
            cut(five.get(i), five.get((i + 1) % 5));
        }
        assertEquals(Optional.empty(), choice("a").wanted(five, Set.of(), true));
        assertEquals(Optional.of(new NodeId("a")), choice("c").wanted(five, Set.of(), true));
    }

    private void cut(String one, String other) {
        deaf.add(one + other);
        deaf.add(other + one);
    }

    private Optional<String> wanted(String self) {
        return wanted(self, Set.of(), true);
    }

    private Optional<String> wanted(String self, Set<String> draining, boolean mayStay) {
        return choice(self).wanted(VOTERS, draining, mayStay).map(NodeId::value);
    }

    private LeaderChoice choice(String self) {
        return new LeaderChoice(new NodeId(self), new LeaderChoice.Sight() {
            @Override
            public boolean canLead(NodeId node) {
                return fit.contains(node.value()) || back.contains(node.value());
            }

            @Override
            public boolean isFit(NodeId node) {
                return fit.contains(node.value());
            }

            @Override
            public boolean hears(NodeId node, NodeId other) {
                return !deaf.contains(node.value() + other.value());
            }
        });
    }
}
