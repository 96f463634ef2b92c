package dev.skein.router.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegionTribunalTest {

    private final List<RegionTribunal.Member> members = new ArrayList<>();

    @Test
    void theWordOfTwoRegionsCondemns() {
        lost("us-a", "us");
        witness("eu-a", "eu", "us-a");
        witness("ap-a", "ap", "us-a");

        assertEquals(Verdict.DEAD, judge("us"));
        assertEquals(Verdict.ALIVE, judge("eu"));
    }

    @Test
    void theWordOfOneRegionIsNotEnoughHoweverManySayIt() {
        lost("us-a", "us");
        witness("eu-a", "eu", "us-a");
        witness("eu-b", "eu", "us-a");
        witness("ap-a", "ap");

        assertEquals(Verdict.ALIVE, judge("us"));
    }

    @Test
    void theWordOfTheLostDoesNotCount() {
        lost("us-a", "us");
        witness("eu-a", "eu", "us-a");
        members.add(new RegionTribunal.Member("ap-a", "ap", true, Verdict.DEAD, List.of("us-a")));

        assertEquals(Verdict.ALIVE, judge("us"));
    }

    @Test
    void aRegionWithOneNodeHeardBySomebodyThereIsNotCondemned() {
        lost("us-a", "us");
        witness("us-b", "us");
        witness("eu-a", "eu", "us-a", "us-b");
        witness("ap-a", "ap", "us-a");

        assertEquals(Verdict.ALIVE, judge("us"));
    }

    @Test
    void aCondemnedRegionThatTheJudgeStillHearsIsOnlySuspect() {
        witness("us-a", "us");
        witness("eu-a", "eu", "us-a");
        witness("ap-a", "ap", "us-a");

        assertEquals(Verdict.SUSPECT, judge("us"));
    }

    @Test
    void aRegionsWordOnItselfDoesNotCount() {
        lost("us-a", "us");
        members.add(new RegionTribunal.Member("router-1", "us", false, Verdict.ALIVE, List.of("us-a")));
        witness("eu-a", "eu", "us-a");
        witness("ap-a", "ap");

        assertEquals(Verdict.ALIVE, judge("us"));
    }

    @Test
    void ofTwoRegionsOneMayCondemnTheOther() {
        lost("us-a", "us");
        witness("eu-a", "eu", "us-a");

        assertEquals(Verdict.DEAD, judge("us"));
    }

    @Test
    void aSoleRegionIsNeverCondemned() {
        lost("us-a", "us");
        witness("us-b", "us", "us-a");

        assertEquals(Verdict.ALIVE, judge("us"));
    }

    @Test
    void aRegionThatLeftAltogetherIsGone() {
        members.add(new RegionTribunal.Member("us-a", "us", true, Verdict.LEFT, List.of()));
        witness("eu-a", "eu");

        assertEquals(Verdict.LEFT, judge("us"));
    }

    private void lost(String node, String region) {
        members.add(new RegionTribunal.Member(node, region, true, Verdict.DEAD, List.of()));
    }

    private void witness(String node, String region, String... suspects) {
        members.add(new RegionTribunal.Member(node, region, true, Verdict.ALIVE, List.of(suspects)));
    }

    private Verdict judge(String region) {
        return RegionTribunal.judge(members).get(region);
    }
}
