package dev.cloister.identity.federation;

import dev.cloister.identity.directory.OidcProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Keys from a file of the installation's owner, for issuers that can't be reached: a JSON object
 * with a set of keys ({@code {"keys":[…]}}) for each issuer's URL. Read again when it has changed;
 * other issuers' keys come from elsewhere. Thread-safe.
 */
final class GivenKeys implements IssuerKeys {
    private static final Logger LOG = LoggerFactory.getLogger(GivenKeys.class);
    private static final long MOST_BYTES = 4 * 1_024 * 1_024;

    private final Path file;
    private final IssuerKeys others;
    private FileTime readAt = FileTime.fromMillis(Long.MIN_VALUE);
    private Map<String, List<VerificationKey>> byUrl = Map.of();

    GivenKeys(Path file, IssuerKeys others) {
        this.file = file;
        this.others = others;
    }

    @Override
    public List<VerificationKey> of(OidcProvider provider, Age age) {
        List<VerificationKey> keys = current().get(provider.url());
        return keys == null ? others.of(provider, age) : keys;
    }

    private synchronized Map<String, List<VerificationKey>> current() {
        try {
            FileTime changedAt = Files.getLastModifiedTime(file);
            if (!changedAt.equals(readAt)) {
                readAt = changedAt;
                byUrl = read();
            }
        } catch (IOException | IllegalArgumentException | JacksonException e) {
            // Tokens of these issuers are refused rather than judged by keys that were taken back.
            LOG.error("can't read issuers' keys from {}: {}", file, e.getMessage());
            byUrl = Map.of();
        }
        return byUrl;
    }

    private Map<String, List<VerificationKey>> read() throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IllegalArgumentException("it has more than " + MOST_BYTES + " bytes");
        }
        Map<String, List<VerificationKey>> all = new HashMap<>();
        for (Map.Entry<String, JsonNode> issuer :
                WebToken.JSON.readTree(Files.readString(file)).properties()) {
            all.put(issuer.getKey(), JsonWebKeys.keys(issuer.getValue().path("keys")));
        }
        return all;
    }
}
