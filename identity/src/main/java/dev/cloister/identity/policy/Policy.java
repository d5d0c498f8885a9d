package dev.cloister.identity.policy;

/**
 * A policy with the name under which messages and traces speak of it.
 *
 * @param name a managed policy's ARN, an inline policy's name, or the resource's ARN
 */
public record Policy(String name, PolicyDocument document) {

    /**
     * @throws MalformedPolicyException if the text breaks the grammar of its kind
     */
    public static Policy parse(PolicyKind kind, String name, String json) {
        return new Policy(name, PolicyDocument.parse(kind, json));
    }
}
