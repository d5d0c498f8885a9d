package dev.cloister.server;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.Authorizer;
import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.api.SecretText;
import dev.cloister.functions.ArchiveSource;
import dev.cloister.s3.Buckets;
import dev.cloister.server.client.StoreClient;
import dev.cloister.server.client.StoreClient.Addressing;
import dev.cloister.server.settings.CodeStoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Archives in the installation's own buckets, and in a store besides it. Who may read there is
 * decided by the caller's own policies: the store knows the operator's credentials alone.
 * Thread-safe.
 */
final class StoreArchives implements ArchiveSource {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final ArchiveSource own;
    private final Buckets buckets;
    private final StoreClient store;
    private final List<String> wanted;
    private final Authorizer authorizer;

    /**
     * @param wanted the buckets that are looked for in the store; empty for all that aren't own
     */
    StoreArchives(
            ArchiveSource own,
            Buckets buckets,
            StoreClient store,
            List<String> wanted,
            Authorizer authorizer) {
        this.own = own;
        this.buckets = buckets;
        this.store = store;
        this.wanted = List.copyOf(wanted);
        this.authorizer = authorizer;
    }

    /**
     * A client of the store of the settings.
     *
     * @throws StartException if the file with the credentials can't be used
     */
    static StoreClient client(CodeStoreSettings settings) {
        Map<String, String> values = credentials(settings.credentials());
        return new StoreClient(
                settings.endpoint(),
                switch (settings.style()) {
                    case PATH -> Addressing.PATH;
                    case VIRTUAL_HOST -> Addressing.VIRTUAL_HOST;
                },
                settings.region(),
                required(values, "AWS_ACCESS_KEY_ID", settings.credentials()),
                new SecretText(required(values, "AWS_SECRET_ACCESS_KEY", settings.credentials())),
                LIMIT);
    }

    private static Map<String, String> credentials(Path file) {
        Map<String, String> values = new HashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(
                            line.substring(0, equals).strip(), line.substring(equals + 1).strip());
                }
            }
        } catch (IOException e) {
            throw new StartException(
                    "code.store-credentials: %s can't be read: %s".formatted(file, e), e);
        }
        return values;
    }

    private static String required(Map<String, String> values, String name, Path file) {
        String value = values.get(name);
        if (value == null || value.isEmpty()) {
            throw new StartException(
                    "code.store-credentials: %s has no line %s=…".formatted(file, name));
        }
        return value;
    }

    @Override
    public byte[] read(RequestContext context, Location location, long most) {
        boolean there = wanted.isEmpty() || wanted.contains(location.bucket());
        if (!there || buckets.find(location.bucket()).isPresent()) {
            return own.read(context, location, most);
        }
        allow(context, location);
        try {
            return store.get(location.bucket(), location.key(), location.version(), most);
        } catch (StoreClient.RefusedException e) {
            if (e.code().equals(StoreClient.TOO_LARGE)) {
                throw OwnArchives.tooLarge(most);
            }
            throw new UnreadableException(e.code(), e.message());
        }
    }

    private void allow(RequestContext context, Location location) {
        Optional<String> version = location.version();
        try {
            authorizer.authorize(
                    "s3",
                    List.of(
                            new AccessCheck(
                                    version.isPresent() ? "s3:GetObjectVersion" : "s3:GetObject",
                                    "arn:aws:s3:::" + location.bucket() + "/" + location.key(),
                                    Optional.empty(),
                                    version.map(id -> Map.of("s3:VersionId", List.of(id)))
                                            .orElse(Map.of()))),
                    context);
        } catch (AwsError e) {
            throw new UnreadableException("AccessDenied", "Access Denied");
        }
    }
}
