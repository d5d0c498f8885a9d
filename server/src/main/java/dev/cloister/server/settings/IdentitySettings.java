package dev.cloister.server.settings;

import dev.cloister.api.SignatureLimits;
import dev.cloister.identity.federation.IssuerNetwork;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whose tokens are taken and how.
 *
 * @param issuers from where the keys of OpenID Connect issuers are fetched
 * @param issuerKeys a file with keys of issuers that are not fetched
 * @param badSignatures how many are answered with their reason
 */
public record IdentitySettings(
        IssuerNetwork issuers, Optional<Path> issuerKeys, SignatureLimits badSignatures) {}
