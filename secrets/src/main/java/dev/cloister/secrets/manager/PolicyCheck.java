package dev.cloister.secrets.manager;

import java.util.List;

/** Looks at resource policies before they are stored. Implementations are thread-safe. */
@FunctionalInterface
public interface PolicyCheck {

    /**
     * @param policy a JSON document
     * @param arn the secret that it is for; empty if it is for none yet
     */
    Finding examine(String policy, String arn);

    /** What a policy is. */
    sealed interface Finding {
        /** Nothing is wrong with it, and it names who it allows. */
        record Sound() implements Finding {}

        /** It allows everybody. */
        record Public() implements Finding {}

        /**
         * Nobody could be judged by it.
         *
         * @param reasons for each of its faults one
         */
        record Malformed(List<String> reasons) implements Finding {
            public Malformed {
                reasons = List.copyOf(reasons);
            }
        }
    }
}
