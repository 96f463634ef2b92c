package dev.skein.server.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.admin.v1.LossForecast;
import dev.skein.proto.admin.v1.SurvivalGoal;
import dev.skein.server.status.SurvivalForecast.Shard;
import dev.skein.server.status.SurvivalForecast.Verdict;
import dev.skein.server.status.SurvivalForecast.Voter;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SurvivalForecastTest {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");

    @Test
    void fiveVotersOverThreeRegionsSurviveAnyRegion() {
        SurvivalForecast forecast = forecast(five(0, Set.of()), five(1, Set.of()));

        assertEquals(
                new Verdict(true, "would survive losing any region now"),
                forecast.verdict(SurvivalGoal.SURVIVAL_GOAL_REGION, "us"));
        assertEquals(Set.of(), deadly(forecast.regions()));
        assertEquals(Set.of(), deadly(forecast.zones()));
    }

    @Test
    void aVoterThatIsDownCountsAgainstTheNextLoss() {
        SurvivalForecast forecast = forecast(five(0, Set.of()), five(3, Set.of("ap-a")));

        assertEquals(
                new Verdict(
                        false,
                        "would not survive losing us or eu now: shard 3 would keep 2 of its 5 voters,"
                                + " 1 being down or behind now"),
                forecast.verdict(SurvivalGoal.SURVIVAL_GOAL_REGION, "us"));
        assertEquals(Set.of("us", "eu"), deadly(forecast.regions()));
        assertEquals(Set.of(), deadly(forecast.zones()));
    }

    @Test
    void losingTheRegionThatIsDownAlreadyChangesNothing() {
        SurvivalForecast forecast = forecast(five(0, Set.of("eu-a", "eu-b")));

        assertEquals(Set.of("us", "ap"), deadly(forecast.regions()));
        assertTrue(of(forecast.regions(), "eu").getSurvives());
    }

    @Test
    void twoVotersDownMakeEveryFurtherLossDeadly() {
        SurvivalForecast forecast = forecast(five(0, Set.of("us-a", "us-b")));

        assertEquals(Set.of("eu", "ap"), deadly(forecast.regions()));
        assertEquals(Set.of("ap/a", "eu/a", "eu/b"), deadly(forecast.zones()));
    }

    @Test
    void aShardWithoutAQuorumIsLostWhateverHappens() {
        SurvivalForecast forecast = forecast(five(2, Set.of("us-a", "us-b", "eu-a")), five(4, Set.of()));

        Verdict verdict = forecast.verdict(SurvivalGoal.SURVIVAL_GOAL_REGION, "us");

        assertEquals(
                new Verdict(false, "has no quorum now: shard 2 has 2 of its 5 voters, 3 being down or behind now"),
                verdict);
        assertEquals(Set.of("us", "eu", "ap"), deadly(forecast.regions()));
        assertEquals(1, of(forecast.regions(), "us").getShardsLost());
    }

    @Test
    void countsEveryShardThatALossWouldTake() {
        SurvivalForecast forecast =
                forecast(five(0, Set.of("ap-a")), five(1, Set.of("ap-a")), five(2, Set.of()), five(3, Set.of("ap-a")));

        assertEquals(3, of(forecast.regions(), "us").getShardsLost());
        assertTrue(
                forecast.verdict(SurvivalGoal.SURVIVAL_GOAL_REGION, "us").text().endsWith("; 2 more shards likewise"));
    }

    @Test
    void threeVotersInOneRegionSurviveAnyZoneButNotTheRegion() {
        SurvivalForecast forecast = forecast(zonal(0, Set.of()));

        assertEquals(
                new Verdict(true, "would survive losing any zone of us now"),
                forecast.verdict(SurvivalGoal.SURVIVAL_GOAL_ZONE, "us"));
        assertEquals(Set.of("us"), deadly(forecast.regions()));
    }

    @Test
    void aZoneGoalIsUnmetWithAZoneDown() {
        SurvivalForecast forecast = forecast(zonal(7, Set.of("us-c")));

        assertEquals(
                new Verdict(
                        false,
                        "would not survive losing us/a or us/b now: shard 7 would keep 1 of its 3 voters,"
                                + " 1 being down or behind now"),
                forecast.verdict(SurvivalGoal.SURVIVAL_GOAL_ZONE, "us"));
    }

    @Test
    void aPlacementTooNarrowForTheGoalIsToldWithEverybodyUp() {
        SurvivalForecast forecast = forecast(zonal(0, Set.of()));

        assertEquals(
                new Verdict(false, "would not survive losing us now: shard 0 would keep 0 of its 3 voters"),
                forecast.verdict(SurvivalGoal.SURVIVAL_GOAL_REGION, "us"));
    }

    @Test
    void evenNumbersOfVotersNeedMoreThanHalf() {
        Shard four = new Shard(
                0, List.of(voter("us-a", true), voter("us-b", true), voter("eu-a", true), voter("eu-b", true)));

        assertEquals(Set.of("us", "eu"), deadly(forecast(four).regions()));
    }

    @Test
    void nothingPlacedSurvivesNothing() {
        SurvivalForecast forecast = forecast();

        assertFalse(forecast.verdict(SurvivalGoal.SURVIVAL_GOAL_REGION, "us").met());
        assertFalse(of(forecast.regions(), "us").getSurvives());
    }

    @Test
    void aShardWithoutVotersIsLost() {
        assertEquals(
                Set.of("us", "eu", "ap"),
                deadly(forecast(new Shard(0, List.of())).regions()));
    }

    private static SurvivalForecast forecast(Shard... shards) {
        return new SurvivalForecast(List.of(shards), REGIONS);
    }

    private static Shard five(int number, Set<String> unsound) {
        return shard(number, unsound, "us-a", "us-b", "eu-a", "eu-b", "ap-a");
    }

    private static Shard zonal(int number, Set<String> unsound) {
        return shard(number, unsound, "us-a", "us-b", "us-c");
    }

    private static Shard shard(int number, Set<String> unsound, String... nodes) {
        return new Shard(
                number,
                Stream.of(nodes)
                        .map(node -> voter(node, !unsound.contains(node)))
                        .toList());
    }

    private static Voter voter(String node, boolean sound) {
        String[] place = node.split("-");
        return new Voter(node, place[0], place[1], sound);
    }

    private static Set<String> deadly(List<LossForecast> forecasts) {
        return forecasts.stream()
                .filter(forecast -> !forecast.getSurvives())
                .map(LossForecast::getWhat)
                .collect(Collectors.toSet());
    }

    private static LossForecast of(List<LossForecast> forecasts, String what) {
        return forecasts.stream()
                .filter(forecast -> forecast.getWhat().equals(what))
                .findFirst()
                .orElseThrow();
    }
}
