package dev.cloister.observe.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.observe.logs.GroupInfo;
import dev.cloister.observe.logs.GroupName;
import dev.cloister.observe.logs.LogCatalog;
import dev.cloister.observe.logs.LogErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyResponse;

/** The operations on log groups. */
final class GroupOperations {
    private static final int PAGE = 50;

    /** PutRetentionPolicy: "Possible values are". */
    private static final List<Integer> RETENTION_DAYS =
            List.of(
                    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192,
                    2557, 2922, 3288, 3653);

    private final LogCatalog catalog;

    GroupOperations(LogCatalog catalog) {
        this.catalog = catalog;
    }

    CreateLogGroupResponse create(CreateLogGroupRequest request, RequestContext context) {
        String name = request.logGroupName();
        if (name.toLowerCase(Locale.ROOT).startsWith("aws/")) {
            throw LogErrors.invalid("Log groups starting with AWS/ are reserved for AWS.");
        }
        if (request.logGroupClass() != null && request.logGroupClass() != LogGroupClass.STANDARD) {
            throw LogErrors.invalid(
                    "The log group class "
                            + request.logGroupClassAsString()
                            + " is not available in this version: use STANDARD.");
        }
        if (Boolean.TRUE.equals(request.deletionProtectionEnabled())) {
            throw LogErrors.invalid("Deletion protection is not available in this version.");
        }
        Map<String, String> tags = request.hasTags() ? request.tags() : Map.of();
        TagOperations.check(tags);
        GroupName group = GroupNames.named(name, context);
        catalog.createGroup(
                group,
                tags,
                Optional.ofNullable(request.kmsKeyId()).map(id -> KeyOperations.keyArn(id, group)));
        return CreateLogGroupResponse.builder().build();
    }

    DeleteLogGroupResponse delete(DeleteLogGroupRequest request, RequestContext context) {
        catalog.deleteGroup(GroupNames.named(request.logGroupName(), context));
        return DeleteLogGroupResponse.builder().build();
    }

    PutRetentionPolicyResponse putRetention(
            PutRetentionPolicyRequest request, RequestContext context) {
        int days = request.retentionInDays();
        if (!RETENTION_DAYS.contains(days)) {
            throw LogErrors.invalid(
                    "1 validation error detected: Value '"
                            + days
                            + "' at 'retentionInDays' failed to satisfy constraint: Member must"
                            + " satisfy enum value set: "
                            + RETENTION_DAYS);
        }
        catalog.setRetention(GroupNames.named(request.logGroupName(), context), days);
        return PutRetentionPolicyResponse.builder().build();
    }

    DeleteRetentionPolicyResponse deleteRetention(
            DeleteRetentionPolicyRequest request, RequestContext context) {
        catalog.setRetention(GroupNames.named(request.logGroupName(), context), 0);
        return DeleteRetentionPolicyResponse.builder().build();
    }

    DescribeLogGroupsResponse describe(DescribeLogGroupsRequest request, RequestContext context) {
        if (request.logGroupNamePrefix() != null && request.logGroupNamePattern() != null) {
            throw LogErrors.invalid(
                    "LogGroup name prefix and LogGroup name pattern are mutually exclusive"
                            + " parameters.");
        }
        if (!ofThisAccount(request, context)) {
            return DescribeLogGroupsResponse.builder().logGroups(List.of()).build();
        }
        if (request.hasLogGroupIdentifiers()) {
            return describeIdentified(request, context);
        }
        int limit = request.limit() == null ? PAGE : request.limit();
        List<GroupInfo> found =
                catalog.groups(
                        context.account(),
                        context.region(),
                        orEmpty(request.logGroupNamePrefix()),
                        orEmpty(request.logGroupNamePattern()),
                        request.nextToken() == null ? "" : Tokens.text64(request.nextToken()),
                        limit + 1);
        boolean more = found.size() > limit;
        List<GroupInfo> page = more ? found.subList(0, limit) : found;
        boolean brief = request.logGroupNamePattern() != null;
        return DescribeLogGroupsResponse.builder()
                .logGroups(page.stream().map(brief ? this::brief : this::full).toList())
                .nextToken(more ? Tokens.text(page.getLast().name().name()) : null)
                .build();
    }

    private DescribeLogGroupsResponse describeIdentified(
            DescribeLogGroupsRequest request, RequestContext context) {
        boolean others =
                request.logGroupNamePrefix() != null
                        || request.logGroupNamePattern() != null
                        || request.nextToken() != null
                        || request.limit() != null;
        if (others) {
            throw LogErrors.invalid(
                    "logGroupIdentifiers can't be combined with other filters than"
                            + " includeLinkedAccounts.");
        }
        List<LogGroup> groups = new ArrayList<>();
        for (String identifier : request.logGroupIdentifiers()) {
            GroupName name = GroupNames.identified(identifier, context);
            catalog.groups(name.account(), name.region(), name.name(), "", "", 1).stream()
                    .filter(found -> found.name().equals(name))
                    .map(this::full)
                    .forEach(groups::add);
        }
        return DescribeLogGroupsResponse.builder().logGroups(groups).build();
    }

    /** No account is linked to another, and every group is of the class STANDARD. */
    private static boolean ofThisAccount(DescribeLogGroupsRequest request, RequestContext context) {
        boolean standard =
                request.logGroupClass() == null
                        || request.logGroupClass() == LogGroupClass.STANDARD;
        boolean asked =
                !Boolean.TRUE.equals(request.includeLinkedAccounts())
                        || !request.hasAccountIdentifiers()
                        || request.accountIdentifiers().isEmpty()
                        || request.accountIdentifiers().contains(context.account().value());
        return standard && asked;
    }

    /** What there is with {@code logGroupNamePattern}. */
    private LogGroup brief(GroupInfo group) {
        return LogGroup.builder()
                .logGroupName(group.name().name())
                .creationTime(group.createdMillis())
                .arn(group.name().arn() + ":*")
                .build();
    }

    private LogGroup full(GroupInfo group) {
        return LogGroup.builder()
                .logGroupName(group.name().name())
                .creationTime(group.createdMillis())
                .retentionInDays(
                        group.retentionDays().isPresent() ? group.retentionDays().getAsInt() : null)
                .metricFilterCount(0)
                .arn(group.name().arn() + ":*")
                .storedBytes(group.storedBytes())
                .kmsKeyId(group.kmsKeyArn().orElse(null))
                .logGroupClass(LogGroupClass.STANDARD)
                .logGroupArn(group.name().arn())
                .deletionProtectionEnabled(false)
                .build();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
