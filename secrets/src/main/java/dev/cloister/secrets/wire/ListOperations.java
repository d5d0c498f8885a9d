package dev.cloister.secrets.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.keys.KeyCaller;
import dev.cloister.secrets.manager.Secret;
import dev.cloister.secrets.manager.SecretErrors;
import dev.cloister.secrets.manager.SecretList;
import dev.cloister.secrets.manager.SecretOrder;
import dev.cloister.secrets.manager.SecretVersion;
import dev.cloister.secrets.manager.SecretsManager;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretVersionIdsRequest;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretVersionIdsResponse;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsRequest;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;
import software.amazon.awssdk.services.secretsmanager.model.SecretVersionsListEntry;

/** The lists of secrets and of their versions. */
final class ListOperations {
    private static final int PAGE = 100;
    private static final String TOKEN = "v1:";

    private final SecretsManager manager;

    ListOperations(SecretsManager manager) {
        this.manager = manager;
    }

    ListSecretsResponse secrets(ListSecretsRequest request, RequestContext context) {
        SecretList.Page page =
                manager.list()
                        .page(
                                SecretInputs.caller(context),
                                SecretInputs.filters(request.filters()),
                                order(request.sortByAsString(), request.sortOrderAsString()),
                                Boolean.TRUE.equals(request.includePlannedDeletion())
                                        ? SecretList.Deleted.SHOWN
                                        : SecretList.Deleted.HIDDEN,
                                Optional.ofNullable(request.nextToken()),
                                Optional.ofNullable(request.maxResults()).orElse(PAGE));
        return ListSecretsResponse.builder()
                .secretList(page.secrets().stream().map(ListOperations::entry).toList())
                .nextToken(page.next().orElse(null))
                .build();
    }

    private static SecretOrder order(@Nullable String by, @Nullable String direction) {
        return new SecretOrder(
                switch (by == null ? "created-date" : by) {
                    case "last-accessed-date" -> SecretOrder.By.ACCESSED_DATE;
                    case "last-changed-date" -> SecretOrder.By.CHANGED_DATE;
                    case "name" -> SecretOrder.By.NAME;
                    default -> SecretOrder.By.CREATED_DATE;
                },
                "asc".equals(direction)
                        ? SecretOrder.Direction.ASCENDING
                        : SecretOrder.Direction.DESCENDING);
    }

    private static SecretListEntry entry(Secret secret) {
        SecretListEntry.Builder entry =
                SecretListEntry.builder()
                        .arn(secret.arn())
                        .name(secret.name())
                        .description(secret.description().orElse(null))
                        .kmsKeyId(secret.kmsKeyId().orElse(null))
                        .createdDate(secret.createdAt())
                        .lastChangedDate(secret.changedAt())
                        .lastAccessedDate(secret.accessedAt().orElse(null))
                        .deletedDate(secret.deletionAt().orElse(null))
                        .tags(SecretInputs.tags(secret));
        if (!secret.stages().holders().isEmpty()) {
            entry.secretVersionsToStages(secret.stages().byVersion());
        }
        return entry.build();
    }

    ListSecretVersionIdsResponse versions(
            ListSecretVersionIdsRequest request, RequestContext context) {
        KeyCaller caller = SecretInputs.caller(context);
        Secret secret = manager.lifecycle().describe(caller, request.secretId());
        int most = Optional.ofNullable(request.maxResults()).orElse(PAGE);
        boolean deprecated = Boolean.TRUE.equals(request.includeDeprecated());
        List<SecretVersionsListEntry> found = new ArrayList<>();
        String after = after(request.nextToken());
        Optional<String> next = Optional.empty();
        List<SecretVersion> all = manager.values().versions(secret, after, Integer.MAX_VALUE);
        for (SecretVersion version : all) {
            List<String> stages = secret.stages().of(version.id());
            if (stages.isEmpty() && !deprecated) {
                continue;
            }
            if (found.size() == most) {
                next = Optional.of(token(found.getLast().versionId()));
                break;
            }
            found.add(entry(secret, version, stages));
        }
        return ListSecretVersionIdsResponse.builder()
                .arn(secret.arn())
                .name(secret.name())
                .versions(found)
                .nextToken(next.orElse(null))
                .build();
    }

    private static SecretVersionsListEntry entry(
            Secret secret, SecretVersion version, List<String> stages) {
        SecretVersionsListEntry.Builder entry =
                SecretVersionsListEntry.builder()
                        .versionId(version.id())
                        .createdDate(version.createdAt())
                        .lastAccessedDate(version.accessedAt().orElse(null))
                        .kmsKeyIds(
                                secret.kmsKeyId().isEmpty()
                                        ? "DefaultEncryptionKey"
                                        : version.sealed().keyArn());
        return stages.isEmpty() ? entry.build() : entry.versionStages(stages).build();
    }

    private static String token(String versionId) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((TOKEN + versionId).getBytes(StandardCharsets.UTF_8));
    }

    private static String after(@Nullable String token) {
        if (token == null) {
            return "";
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.startsWith(TOKEN)) {
                return text.substring(TOKEN.length());
            }
        } catch (IllegalArgumentException notBase64) {
            // Refused below.
        }
        throw SecretErrors.invalidToken();
    }
}
