package dev.cloister.observe.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.observe.logs.GroupName;
import dev.cloister.observe.logs.LogCatalog;
import dev.cloister.observe.logs.LogErrors;
import java.util.Map;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceResponse;

/** The operations on tags, by ARN and, as older clients have it, by group name. */
@SuppressWarnings("deprecation") // TagLogGroup and its like: old SDKs and Terraform call them
final class TagOperations {
    private final LogCatalog catalog;

    TagOperations(LogCatalog catalog) {
        this.catalog = catalog;
    }

    ListTagsForResourceResponse list(ListTagsForResourceRequest request, RequestContext context) {
        GroupName name = GroupNames.ofArn(request.resourceArn(), context);
        return ListTagsForResourceResponse.builder().tags(catalog.tags(name)).build();
    }

    TagResourceResponse tag(TagResourceRequest request, RequestContext context) {
        tag(GroupNames.ofArn(request.resourceArn(), context), request.tags());
        return TagResourceResponse.builder().build();
    }

    UntagResourceResponse untag(UntagResourceRequest request, RequestContext context) {
        catalog.untag(GroupNames.ofArn(request.resourceArn(), context), request.tagKeys());
        return UntagResourceResponse.builder().build();
    }

    ListTagsLogGroupResponse listOfGroup(ListTagsLogGroupRequest request, RequestContext context) {
        GroupName name = GroupNames.named(request.logGroupName(), context);
        return ListTagsLogGroupResponse.builder().tags(catalog.tags(name)).build();
    }

    TagLogGroupResponse tagGroup(TagLogGroupRequest request, RequestContext context) {
        tag(GroupNames.named(request.logGroupName(), context), request.tags());
        return TagLogGroupResponse.builder().build();
    }

    UntagLogGroupResponse untagGroup(UntagLogGroupRequest request, RequestContext context) {
        catalog.untag(GroupNames.named(request.logGroupName(), context), request.tags());
        return UntagLogGroupResponse.builder().build();
    }

    /** Refuses keys that are AWS's own. */
    static void check(Map<String, String> tags) {
        if (tags.keySet().stream().anyMatch(key -> key.startsWith("aws:"))) {
            throw LogErrors.invalid(
                    "aws: prefixed tag key names are not allowed for external use.");
        }
    }

    private void tag(GroupName name, Map<String, String> tags) {
        check(tags);
        if (!catalog.tag(name, tags)) {
            throw new AwsError(
                    "TooManyTagsException",
                    400,
                    "The resource has too many tags: a log group has at most "
                            + LogCatalog.MOST_TAGS
                            + ".",
                    Map.of("resourceName", name.arn()));
        }
    }
}
