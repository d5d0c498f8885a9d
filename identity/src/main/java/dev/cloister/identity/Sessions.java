package dev.cloister.identity;

import dev.cloister.api.CredentialLookup.SessionBinding;
import dev.cloister.api.CredentialLookup.SigningCredential;
import dev.cloister.api.SecretText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The temporary credentials that were issued or used lately, so that most requests find theirs
 * without decrypting a token. Bounded: what falls out is found again by its token. Thread-safe.
 */
final class Sessions {
    static final int MOST = 10_000;

    private final SessionTokens tokens;
    private final LinkedHashMap<String, SigningCredential> recent =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, SigningCredential> eldest) {
                    return size() > MOST;
                }
            };

    Sessions(SessionTokens tokens) {
        this.tokens = tokens;
    }

    void add(SessionCredentials credentials) {
        remember(signing(credentials));
    }

    Optional<SigningCredential> find(String accessKeyId) {
        synchronized (recent) {
            return Optional.ofNullable(recent.get(accessKeyId));
        }
    }

    /**
     * The credential of a key id and the token that came with it. A token that is not ours finds
     * what the id alone finds, so that the edge can say that the two do not go together.
     */
    Optional<SigningCredential> find(String accessKeyId, String token) {
        Optional<SigningCredential> known = find(accessKeyId);
        if (known.isPresent()) {
            return known;
        }
        Optional<SigningCredential> recovered =
                tokens.recover(token)
                        .filter(session -> session.accessKeyId().equals(accessKeyId))
                        .map(Sessions::signing);
        recovered.ifPresent(this::remember);
        return recovered;
    }

    private void remember(SigningCredential credential) {
        synchronized (recent) {
            recent.put(credential.principal().accessKeyId(), credential);
        }
    }

    private static SigningCredential signing(SessionCredentials credentials) {
        return new SigningCredential(
                credentials.principal(),
                credentials.secretAccessKey(),
                Optional.of(
                        new SessionBinding(
                                new SecretText(credentials.sessionToken().reveal()),
                                credentials.expiresAt())));
    }
}
