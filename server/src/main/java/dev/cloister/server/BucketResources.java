package dev.cloister.server;

import dev.cloister.identity.access.ResourceAttributes;
import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.ResourcePolicy;
import dev.cloister.s3.Bucket;
import dev.cloister.s3.Buckets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies of buckets for decisions about them and their objects. Thread-safe. A bucket's tags
 * are no condition keys, as on AWS where its owner has not asked for it.
 */
final class BucketResources implements ResourceAttributes {
    private static final Logger LOG = LoggerFactory.getLogger(BucketResources.class);
    private static final String PREFIX = "arn:aws:s3:::";

    /** Compiled policies kept; beyond it all are forgotten and compiled anew. */
    private static final int MOST_COMPILED = 10_000;

    /** Denies everything to everybody: what counts where a policy can't be read. */
    private static final ResourcePolicy CLOSED =
            compile(
                    "a policy that can't be read",
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",\
                    "Action":"*","Resource":"*"}]}""");

    private final Buckets buckets;
    private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

    BucketResources(Buckets buckets) {
        this.buckets = buckets;
    }

    private record Compiled(String document, ResourcePolicy policy) {}

    /** What the evaluator says against a document. */
    static Optional<String> complaint(String document) {
        try {
            ResourcePolicy policy = compile("bucket policy", document);
            assert policy.role() == ResourcePolicy.Role.SUFFICIENT;
            return Optional.empty();
        } catch (MalformedPolicyException e) {
            return Optional.of(e.reason());
        }
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
                .map(document -> compiled(PREFIX + name, document));
    }

    private ResourcePolicy compiled(String arn, String document) {
        Compiled known = compiled.get(arn);
        if (known != null && known.document.equals(document)) {
            return known.policy;
        }
        ResourcePolicy policy;
        try {
            policy = compile(arn, document);
        } catch (MalformedPolicyException e) {
            LOG.error("the policy of {} can't be read: nobody may use it", arn, e);
            return CLOSED;
        }
        if (compiled.size() >= MOST_COMPILED) {
            compiled.clear();
        }
        compiled.put(arn, new Compiled(document, policy));
        return policy;
    }

    private static ResourcePolicy compile(String name, String document) {
        return ResourcePolicy.sufficient(Policy.parse(PolicyKind.RESOURCE, name, document));
    }

    @Override
    public Map<String, String> tags(String arn) {
        return Map.of();
    }
}
