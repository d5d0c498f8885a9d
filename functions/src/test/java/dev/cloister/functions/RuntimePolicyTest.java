package dev.cloister.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.runtimes.RuntimeImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rule that chooses a runtime version, over random histories. */
class RuntimePolicyTest {
    private static final int HISTORIES = 2_000;
    private static final int STEPS = 40;

    /** The versions of a runtime that are on the host, oldest first. */
    private static final class Host implements RuntimePolicy.Versions {
        private final FakeRuntimes factory = new FakeRuntimes();
        private final List<RuntimeImage> images = new ArrayList<>();

        RuntimeImage release() {
            RuntimeImage image = factory.release("python3.13");
            images.add(image);
            return image;
        }

        @Override
        public Optional<RuntimeImage> newest() {
            return images.isEmpty() ? Optional.empty() : Optional.of(images.getLast());
        }

        @Override
        public Optional<RuntimeImage> find(String sha) {
            return images.stream().filter(image -> image.versionSha().equals(sha)).findAny();
        }
    }

    @Test
    void aPinIsKeptAnAutoFollowsAndAFunctionUpdateFollowsUpdatesOnly() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            Random random = new Random(seed);
            Host host = new Host();
            RuntimePolicy policy = new RuntimePolicy.Auto();
            // What a function update took last, and what a pin named: kept by the test.
            Optional<RuntimeImage> taken = Optional.empty();
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(6)) {
                    case 0 -> host.release();
                    case 1 -> policy = new RuntimePolicy.Auto();
                    case 2 -> {
                        taken = policy.choose(host);
                        policy =
                                new RuntimePolicy.FunctionUpdate(
                                        taken.map(RuntimeImage::versionSha));
                    }
                    case 3 -> {
                        if (!host.images.isEmpty()) {
                            RuntimeImage pin = host.images.get(random.nextInt(host.images.size()));
                            taken = Optional.of(pin);
                            policy = new RuntimePolicy.Manual(pin.versionSha());
                        }
                    }
                    case 4 -> {
                        boolean follows = policy instanceof RuntimePolicy.FunctionUpdate;
                        policy = policy.updated(host.newest().map(RuntimeImage::versionSha));
                        taken = follows ? host.newest() : taken;
                    }
                    default -> {
                        if (host.images.size() > 1) {
                            host.images.remove(random.nextInt(host.images.size() - 1));
                        }
                    }
                }
                check(seed, step, policy, host, taken);
            }
        }
    }

    private static void check(
            int seed, int step, RuntimePolicy policy, Host host, Optional<RuntimeImage> taken) {
        Optional<RuntimeImage> chosen = policy.choose(host);
        String where = "seed " + seed + ", step " + step + ", " + policy;
        switch (policy) {
            case RuntimePolicy.Auto _ -> assertThat(chosen).as(where).isEqualTo(host.newest());
            case RuntimePolicy.FunctionUpdate _ ->
                    assertThat(chosen)
                            .as(where)
                            .isEqualTo(taken.filter(host.images::contains).or(host::newest));
            case RuntimePolicy.Manual _ ->
                    assertThat(chosen).as(where).isEqualTo(taken.filter(host.images::contains));
        }
    }
}
