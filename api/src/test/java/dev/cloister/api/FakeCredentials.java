package dev.cloister.api;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Credentials in a map. */
public final class FakeCredentials implements CredentialLookup {
    public static final String KEY = "AKIAIOSFODNN7EXAMPLE";
    public static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    public static final AccountId ACCOUNT = new AccountId("123456789012");

    private final Map<String, SigningCredential> byKey = new ConcurrentHashMap<>();

    public FakeCredentials() {
        add(KEY, SECRET, Optional.empty());
    }

    public FakeCredentials withSession(String key, String secret, String token, Instant expiry) {
        add(key, secret, Optional.of(new SessionBinding(new SecretText(token), expiry)));
        return this;
    }

    private void add(String key, String secret, Optional<SessionBinding> session) {
        byKey.put(
                key,
                new SigningCredential(
                        new Principal(
                                ACCOUNT, "arn:aws:iam::123456789012:root", "123456789012", key),
                        new SecretText(secret),
                        session));
    }

    @Override
    public Optional<SigningCredential> find(String accessKeyId) {
        return Optional.ofNullable(byKey.get(accessKeyId));
    }
}
