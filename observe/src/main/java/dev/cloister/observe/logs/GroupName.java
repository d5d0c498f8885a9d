package dev.cloister.observe.logs;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;

/** Names a log group: names are unique in an account and a region. */
public record GroupName(AccountId account, Region region, String name) {

    /** The ARN without the trailing {@code :*} (CloudWatch Logs: {@code logGroupArn}). */
    public String arn() {
        return "arn:aws:logs:" + region + ":" + account + ":log-group:" + name;
    }
}
