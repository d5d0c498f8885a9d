package dev.cloister.server;

import dev.cloister.identity.access.ResourceAttributes;
import dev.cloister.identity.policy.ResourcePolicy;
import dev.cloister.s3.Bucket;
import dev.cloister.s3.Buckets;
import java.util.Map;
import java.util.Optional;

/**
 * The policies of buckets for decisions about them and their objects. Thread-safe. A bucket's tags
 * are no condition keys, as on AWS where its owner has not asked for it.
 */
final class BucketResources implements ResourceAttributes {
    private static final String PREFIX = "arn:aws:s3:::";

    private final Buckets buckets;
    private final CompiledPolicies policies = new CompiledPolicies();

    BucketResources(Buckets buckets) {
        this.buckets = buckets;
    }

    @Override
    public Optional<ResourcePolicy> policy(String arn) {
        if (!arn.startsWith(PREFIX)) {
            return Optional.empty();
        }
        int slash = arn.indexOf('/', PREFIX.length());
        String name = arn.substring(PREFIX.length(), slash < 0 ? arn.length() : slash);
        return buckets.find(name)
                .flatMap(Bucket::policy)
                .map(document -> policies.of(PREFIX + name, document));
    }

    @Override
    public Map<String, String> tags(String arn) {
        return Map.of();
    }
}
