package dev.cloister.observe.wire;

import static dev.cloister.api.Operation.modeled;

import dev.cloister.api.ServiceDefinition;
import dev.cloister.observe.logs.SegmentedLogStore;
import java.time.InstantSource;
import java.util.List;
import software.amazon.awssdk.services.cloudwatchlogs.model.AssociateKmsKeyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DisassociateKmsKeyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceRequest;

/** CloudWatch Logs' operations. */
public final class LogsService {
    private LogsService() {}

    /** The service over a log store. */
    public static ServiceDefinition definition(SegmentedLogStore store, InstantSource clock) {
        GroupOperations groups = new GroupOperations(store.catalog());
        KeyOperations keys = new KeyOperations(store.catalog());
        TagOperations tags = new TagOperations(store.catalog());
        StreamOperations streams = new StreamOperations(store.catalog());
        PutEventsOperation puts = new PutEventsOperation(store, clock);
        ReadEventsOperations reads = new ReadEventsOperations(store.reader());
        return new ServiceDefinition(
                "logs",
                "/facts/logs.json",
                List.of(
                        modeled("CreateLogGroup", CreateLogGroupRequest::builder, groups::create),
                        modeled("DeleteLogGroup", DeleteLogGroupRequest::builder, groups::delete),
                        modeled(
                                "DescribeLogGroups",
                                DescribeLogGroupsRequest::builder,
                                groups::describe),
                        modeled(
                                "PutRetentionPolicy",
                                PutRetentionPolicyRequest::builder,
                                groups::putRetention),
                        modeled(
                                "DeleteRetentionPolicy",
                                DeleteRetentionPolicyRequest::builder,
                                groups::deleteRetention),
                        modeled(
                                "AssociateKmsKey",
                                AssociateKmsKeyRequest::builder,
                                keys::associate),
                        modeled(
                                "DisassociateKmsKey",
                                DisassociateKmsKeyRequest::builder,
                                keys::disassociate),
                        modeled(
                                "ListTagsForResource",
                                ListTagsForResourceRequest::builder,
                                tags::list),
                        modeled("TagResource", TagResourceRequest::builder, tags::tag),
                        modeled("UntagResource", UntagResourceRequest::builder, tags::untag),
                        modeled(
                                "ListTagsLogGroup",
                                ListTagsLogGroupRequest::builder,
                                tags::listOfGroup),
                        modeled("TagLogGroup", TagLogGroupRequest::builder, tags::tagGroup),
                        modeled("UntagLogGroup", UntagLogGroupRequest::builder, tags::untagGroup),
                        modeled(
                                "CreateLogStream",
                                CreateLogStreamRequest::builder,
                                streams::create),
                        modeled(
                                "DeleteLogStream",
                                DeleteLogStreamRequest::builder,
                                streams::delete),
                        modeled(
                                "DescribeLogStreams",
                                DescribeLogStreamsRequest::builder,
                                streams::describe),
                        modeled("PutLogEvents", PutLogEventsRequest::builder, puts::put),
                        modeled("GetLogEvents", GetLogEventsRequest::builder, reads::get),
                        modeled("FilterLogEvents", FilterLogEventsRequest::builder, reads::filter)),
                LogsAccess.table());
    }
}
