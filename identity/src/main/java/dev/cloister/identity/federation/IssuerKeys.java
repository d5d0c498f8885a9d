package dev.cloister.identity.federation;

import dev.cloister.api.AwsError;
import dev.cloister.identity.directory.OidcProvider;
import java.util.List;

/** Finds the keys that an issuer signs with. Implementations are thread-safe. */
interface IssuerKeys {

    /** How old the keys may be. */
    enum Age {
        /** As lately fetched: good for nearly all tokens. */
        KEPT,
        /** Fetched anew if they were not just now: for a token whose key is not among the kept. */
        FRESH
    }

    /**
     * @throws AwsError IDPCommunicationError, InvalidIdentityToken
     */
    List<VerificationKey> of(OidcProvider provider, Age age);
}
