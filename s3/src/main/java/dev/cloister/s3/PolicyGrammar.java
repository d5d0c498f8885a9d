package dev.cloister.s3;

import java.util.Optional;

/**
 * What the evaluator of policies takes, asked before a bucket's policy is kept. Implementations are
 * thread-safe.
 */
@FunctionalInterface
public interface PolicyGrammar {

    /** Why a document is no policy of a resource; empty if it is one. */
    Optional<String> complaint(String document);
}
