package dev.cloister.secrets.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rules of staging labels, over many random histories. */
final class StagesTest {
    private static final int HISTORIES = 500;
    private static final int STEPS = 40;
    private static final List<String> LABELS =
            List.of(Stages.CURRENT, Stages.PREVIOUS, Stages.PENDING, "blue", "green");

    private record Step(Stages before, Stages after, String stage, String version) {}

    private static List<Step> history(long seed) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        Stages stages = Stages.NONE;
        for (int i = 0; i < STEPS; i++) {
            String label = LABELS.get(random.nextInt(LABELS.size()));
            Stages before = stages;
            String version = "v" + random.nextInt(6);
            stages =
                    switch (random.nextInt(3)) {
                        case 0 -> stages.with("new" + i, List.of(label));
                        case 1 -> stages.moved(label, version);
                        default -> label.equals(Stages.CURRENT) ? stages : stages.without(label);
                    };
            steps.add(new Step(before, stages, label, version));
        }
        return steps;
    }

    @Test
    void aLabelIsOnOneVersionAndWhatWasAddedIsFound() {
        for (long seed = 0; seed < HISTORIES; seed++) {
            for (Step step : history(seed)) {
                Map<String, List<String>> byVersion = step.after.byVersion();
                assertThat(byVersion.values().stream().mapToInt(List::size).sum())
                        .isEqualTo(step.after.holders().size());
                step.after
                        .holders()
                        .forEach(
                                (stage, version) ->
                                        assertThat(byVersion.get(version)).contains(stage));
            }
        }
    }

    @Test
    void whateverLosesAwscurrentIsAwsprevious() {
        int moves = 0;
        for (long seed = 0; seed < HISTORIES; seed++) {
            for (Step step : history(seed)) {
                Optional<String> before = step.before.holder(Stages.CURRENT);
                if (before.isPresent() && !before.equals(step.after.holder(Stages.CURRENT))) {
                    assertThat(step.after.holder(Stages.PREVIOUS)).isEqualTo(before);
                    moves++;
                }
            }
        }
        assertThat(moves).isGreaterThan(HISTORIES);
    }

    @Test
    void awscurrentNeverDisappears() {
        for (long seed = 0; seed < HISTORIES; seed++) {
            for (Step step : history(seed)) {
                if (step.before.holder(Stages.CURRENT).isPresent()) {
                    assertThat(step.after.holder(Stages.CURRENT)).isPresent();
                }
            }
        }
    }

    @Test
    void theFirstVersionIsCurrentWhateverItsLabels() {
        assertThat(Stages.NONE.with("a", List.of(Stages.PENDING)).of("a"))
                .containsExactly(Stages.CURRENT, Stages.PENDING);
        assertThat(
                        Stages.NONE
                                .with("a", List.of(Stages.CURRENT))
                                .with("b", List.of(Stages.PENDING))
                                .holder(Stages.CURRENT))
                .contains("a");
    }
}
