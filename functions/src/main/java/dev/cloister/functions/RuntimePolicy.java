package dev.cloister.functions;

import dev.cloister.runtimes.RuntimeImage;
import java.util.Optional;

/**
 * When a version of a function moves to another version of its runtime (AWS Lambda Developer Guide,
 * "Understanding how Lambda manages runtime version updates"). Runtime versions are named by {@link
 * RuntimeImage#versionSha}.
 */
public sealed interface RuntimePolicy {

    /** As in UpdateRuntimeOn. */
    String shown();

    /** The policy once an update of the function's code or configuration is ready. */
    RuntimePolicy updated(Optional<String> newest);

    /** What to run, of the built versions of the function's runtime; empty if it isn't there. */
    Optional<RuntimeImage> choose(Versions versions);

    /** The built versions of one runtime. */
    interface Versions {

        /** The one that was released last. */
        Optional<RuntimeImage> newest();

        Optional<RuntimeImage> find(String sha);
    }

    /** Always the newest. */
    record Auto() implements RuntimePolicy {
        @Override
        public String shown() {
            return "Auto";
        }

        @Override
        public RuntimePolicy updated(Optional<String> newest) {
            return this;
        }

        @Override
        public Optional<RuntimeImage> choose(Versions versions) {
            return versions.newest();
        }
    }

    /**
     * What was newest when the function was updated last.
     *
     * @param version that one; empty if none was built yet
     */
    record FunctionUpdate(Optional<String> version) implements RuntimePolicy {
        @Override
        public String shown() {
            return "FunctionUpdate";
        }

        @Override
        public RuntimePolicy updated(Optional<String> newest) {
            return newest.isPresent() ? new FunctionUpdate(newest) : this;
        }

        /** A version that is gone from the host is replaced by the newest. */
        @Override
        public Optional<RuntimeImage> choose(Versions versions) {
            return version.flatMap(versions::find).or(versions::newest);
        }
    }

    /** This version and no other. */
    record Manual(String version) implements RuntimePolicy {
        @Override
        public String shown() {
            return "Manual";
        }

        @Override
        public RuntimePolicy updated(Optional<String> newest) {
            return this;
        }

        @Override
        public Optional<RuntimeImage> choose(Versions versions) {
            return versions.find(version);
        }
    }
}
