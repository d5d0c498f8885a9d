package dev.cloister.identity.wire;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.AccessKey;
import dev.cloister.identity.Identities;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.UserKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iam.model.GenerateCredentialReportRequest;
import software.amazon.awssdk.services.iam.model.GenerateCredentialReportResponse;
import software.amazon.awssdk.services.iam.model.GetCredentialReportRequest;
import software.amazon.awssdk.services.iam.model.GetCredentialReportResponse;

/**
 * IAM's report of an account's credentials (IAM User Guide, "Generate credential reports for your
 * AWS account"). Thread-safe.
 */
final class CredentialReports {
    /** "… if the most recent report is less than four hours old, no new one is generated". */
    private static final Duration LIFE = Duration.ofHours(4);

    private static final String HEADER =
            "user,arn,user_creation_time,password_enabled,password_last_used,"
                    + "password_last_changed,password_next_rotation,mfa_active,"
                    + "access_key_1_active,access_key_1_last_rotated,"
                    + "access_key_1_last_used_date,access_key_1_last_used_region,"
                    + "access_key_1_last_used_service,access_key_2_active,"
                    + "access_key_2_last_rotated,access_key_2_last_used_date,"
                    + "access_key_2_last_used_region,access_key_2_last_used_service,"
                    + "cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

    private static final String NONE = "N/A";

    private final Identities identities;
    private final Map<AccountId, Report> reports = new ConcurrentHashMap<>();

    CredentialReports(Identities identities) {
        this.identities = identities;
    }

    private record Report(Instant at, String text) {}

    List<Operation> rows() {
        return List.of(
                Operation.modeled(
                        "GenerateCredentialReport",
                        GenerateCredentialReportRequest::builder,
                        this::generate),
                Operation.modeled(
                        "GetCredentialReport", GetCredentialReportRequest::builder, this::get));
    }

    private GenerateCredentialReportResponse generate(
            GenerateCredentialReportRequest input, RequestContext context) {
        Report report = reports.get(context.account());
        if (report == null || isOld(report, context)) {
            reports.put(
                    context.account(), new Report(context.receivedAt(), text(context.account())));
        }
        return GenerateCredentialReportResponse.builder().state("COMPLETE").build();
    }

    private GetCredentialReportResponse get(
            GetCredentialReportRequest input, RequestContext context) {
        Report report = reports.get(context.account());
        if (report == null) {
            throw new AwsError(
                    "ReportNotPresent", 410, "No report is present. Generate one first.");
        }
        if (isOld(report, context)) {
            throw new AwsError("ReportExpired", 410, "The report is more than four hours old.");
        }
        return GetCredentialReportResponse.builder()
                .content(SdkBytes.fromUtf8String(report.text))
                .reportFormat("text/csv")
                .generatedTime(report.at)
                .build();
    }

    private static boolean isOld(Report report, RequestContext context) {
        return !context.receivedAt().isBefore(report.at.plus(LIFE));
    }

    private String text(AccountId account) {
        List<String> lines = new ArrayList<>();
        lines.add(HEADER);
        Instant made =
                identities.accounts().stream()
                        .filter(one -> one.id().equals(account))
                        .findFirst()
                        .orElseThrow()
                        .createdAt();
        List<String> keys = new ArrayList<>();
        for (AccessKey key : identities.accessKeys(account)) {
            keys.addAll(List.of("true", key.createdAt().toString(), NONE, NONE, NONE));
        }
        lines.add(line("<root_account>", "arn:aws:iam::" + account + ":root", made, keys));
        for (IamEntity user : identities.directory().state(account).all(Kind.USER)) {
            keys = new ArrayList<>();
            for (UserKey key : identities.userKeys().of(user)) {
                keys.addAll(columns(key));
            }
            lines.add(line(user.name(), user.arn(account), user.createdAt(), keys));
        }
        return String.join("\n", lines);
    }

    private static List<String> columns(UserKey key) {
        Optional<UserKey.LastUse> use = key.lastUse();
        return List.of(
                Boolean.toString(key.status() == UserKey.Status.ACTIVE),
                key.createdAt().toString(),
                use.map(last -> last.at().toString()).orElse(NONE),
                use.map(UserKey.LastUse::region).orElse(NONE),
                use.map(UserKey.LastUse::service).orElse(NONE));
    }

    /** Names have no characters that a CSV would have to quote. */
    private static String line(String user, String arn, Instant made, List<String> keys) {
        List<String> columns = new ArrayList<>(List.of(user, arn, made.toString()));
        // No passwords and no devices: there is no console to sign in to.
        columns.addAll(List.of("false", NONE, NONE, NONE, "false"));
        columns.addAll(keys);
        int missing = Identities.MOST_ACCESS_KEYS_PER_USER - keys.size() / 5;
        for (int i = 0; i < missing; i++) {
            columns.addAll(List.of("false", NONE, NONE, NONE, NONE));
        }
        columns.addAll(List.of("false", NONE, "false", NONE));
        return String.join(",", columns);
    }
}
