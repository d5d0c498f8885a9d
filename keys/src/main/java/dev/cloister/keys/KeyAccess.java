package dev.cloister.keys;

import java.util.Optional;

/**
 * Whether policies allow the use of a KMS key: the key's policy together with the caller's identity
 * policies, as AWS has it (KMS Developer Guide, "Determining access"). Grants are not its concern:
 * the keys themselves look at them where nothing allows and nothing denies. Thread-safe.
 */
@FunctionalInterface
public interface KeyAccess {

    Verdict judge(KeyUse use);

    /** What is wrong with a key policy that could not be judged by; nothing if it can. */
    default Optional<String> complaint(String policy) {
        return Optional.empty();
    }

    /** What the policies say. */
    sealed interface Verdict {
        /** A policy allows it and none denies it. */
        record Allowed() implements Verdict {}

        /**
         * No policy speaks of it; a grant may.
         *
         * @param because ends AWS's sentence, for example {@code because no identity-based policy
         *     allows the kms:Decrypt action}
         */
        record NotAllowed(String because) implements Verdict {}

        /**
         * A policy forbids it; no grant helps.
         *
         * @param because ends AWS's sentence, for example {@code with an explicit deny in a
         *     resource-based policy}
         */
        record Denied(String because) implements Verdict {}
    }
}
