package dev.cloister.observe.logs;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What DescribeLogGroups tells of a group.
 *
 * @param createdMillis since the epoch
 * @param retentionDays empty where events never expire
 * @param storedBytes bytes of its segments on disk
 * @param kmsKeyArn the customer's key that new events are encrypted under
 */
public record GroupInfo(
        long id,
        GroupName name,
        long createdMillis,
        OptionalInt retentionDays,
        long storedBytes,
        Optional<String> kmsKeyArn) {}
