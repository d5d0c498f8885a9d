package dev.cloister.observe.logs;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.storage.KeyUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Log groups and streams. Every change has reached the disk when the method returns. Refusals are
 * {@link dev.cloister.api.AwsError}s in CloudWatch Logs' words. Thread-safe.
 */
public final class LogCatalog {
    /** CloudWatch Logs: "as many as 50 tags". */
    public static final int MOST_TAGS = 50;

    private final LogContext context;
    private final GroupLogs groups;

    LogCatalog(LogContext context, GroupLogs groups) {
        this.context = context;
        this.groups = groups;
    }

    /**
     * Makes a group.
     *
     * @param kmsKeyArn the customer's key that its events shall be encrypted under
     */
    public void createGroup(GroupName name, Map<String, String> tags, Optional<String> kmsKeyArn) {
        kmsKeyArn.ifPresent(arn -> requireUsable(name, arn));
        if (!groups.add(name, tags, kmsKeyArn)) {
            throw LogErrors.groupExists();
        }
    }

    public void deleteGroup(GroupName name) {
        if (!groups.delete(name)) {
            throw LogErrors.noGroup();
        }
    }

    public GroupInfo group(GroupName name) {
        return context.tables().groups().find(name).orElseThrow(LogErrors::noGroup);
    }

    /**
     * Groups in the order of their names.
     *
     * @param prefix what names begin with; may be empty
     * @param part what names contain; may be empty
     * @param after the last name of the page before; may be empty
     */
    public List<GroupInfo> groups(
            AccountId account, Region region, String prefix, String part, String after, int limit) {
        context.saver().save();
        return context.tables().groups().page(account, region, prefix, part, after, limit);
    }

    /**
     * Sets how long events are kept.
     *
     * @param days 0 for ever
     */
    public void setRetention(GroupName name, int days) {
        GroupLog group = find(name);
        context.tables().groups().setRetention(group.id(), days);
        group.retentionDays(days);
    }

    /** Encrypts events under another key from now on; older ones stay under theirs. */
    public void setKey(GroupName name, Optional<String> kmsKeyArn) {
        GroupLog group = find(name);
        kmsKeyArn.ifPresent(arn -> requireUsable(name, arn));
        context.tables().groups().setKey(group.id(), kmsKeyArn);
        group.useKey(kmsKeyArn);
    }

    private void requireUsable(GroupName name, String kmsKeyArn) {
        try {
            context.files().probe(name, kmsKeyArn);
        } catch (KeyUnavailableException e) {
            throw LogErrors.keyNotAssociated(e, name);
        }
    }

    public Map<String, String> tags(GroupName name) {
        return context.tables().groups().tags(find(name).id());
    }

    /** Adds tags; false, and nothing changed, if there would be more than {@link #MOST_TAGS}. */
    public boolean tag(GroupName name, Map<String, String> tags) {
        return context.tables().groups().putTags(find(name).id(), tags, MOST_TAGS) <= MOST_TAGS;
    }

    public void untag(GroupName name, List<String> keys) {
        context.tables().groups().removeTags(find(name).id(), keys);
    }

    public void createStream(GroupName name, String stream) {
        if (!find(name).addStream(stream)) {
            throw LogErrors.streamExists();
        }
    }

    public void deleteStream(GroupName name, String stream) {
        if (!find(name).deleteStream(stream)) {
            throw LogErrors.noStream();
        }
    }

    public StreamInfo stream(GroupName name, String stream) {
        return find(name).stream(stream).orElseThrow(LogErrors::noStream);
    }

    /** A page of streams; times include events that are still in memory. */
    public List<StreamInfo> streams(GroupName name, String prefix, StreamOrder order, int limit) {
        GroupLog group = find(name);
        context.saver().save();
        return new ArrayList<>(context.tables().streams().page(group.id(), prefix, order, limit));
    }

    private GroupLog find(GroupName name) {
        return groups.find(name).orElseThrow(LogErrors::noGroup);
    }
}
