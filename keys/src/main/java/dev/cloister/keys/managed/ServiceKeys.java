package dev.cloister.keys.managed;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyUse.Manager;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.crypto.KeyUsage;
import dev.cloister.keys.managed.MaterialRows.Sealed;
import dev.cloister.storage.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The keys that services own in an account, {@code alias/aws/…}, made when they are used first.
 * They are rotated each year (KMS Developer Guide, "AWS managed keys").
 */
final class ServiceKeys {
    private static final int ROTATION_DAYS = 365;
    private static final String PREFIX = "alias/aws/";

    /** Services by their aliases, with the names that AWS's policies give them. */
    private static final Map<String, String> SERVICES =
            Map.of(
                    "lambda", "AWS Lambda",
                    "s3", "S3",
                    "ssm", "SSM",
                    "secretsmanager", "AWS Secrets Manager",
                    "signer", "AWS Signer");

    private final Database database;
    private final Materials materials;
    private final InstantSource clock;

    ServiceKeys(Database database, Materials materials, InstantSource clock) {
        this.database = database;
        this.materials = materials;
        this.clock = clock;
    }

    static boolean isReserved(String alias) {
        return alias.startsWith(PREFIX);
    }

    static boolean isService(String alias) {
        return isReserved(alias) && SERVICES.containsKey(alias.substring(PREFIX.length()));
    }

    /** The key of a service's alias; of several that make it at once one makes it. */
    ManagedKey make(AccountId account, Region region, String alias) {
        String service = alias.substring(PREFIX.length());
        Instant now = Instant.ofEpochMilli(clock.instant().toEpochMilli());
        ManagedKey key =
                new ManagedKey(
                        UUID.randomUUID().toString(),
                        account,
                        region,
                        Manager.AWS,
                        KeySpec.SYMMETRIC_DEFAULT,
                        KeyUsage.ENCRYPT_DECRYPT,
                        KeyOrigin.AWS_KMS,
                        KeyState.ENABLED,
                        "Default key that protects my %s data when no other key is defined"
                                .formatted(SERVICES.get(service)),
                        policy(account, region, service),
                        now,
                        Optional.empty(),
                        Optional.of(ROTATION_DAYS),
                        Optional.of(now.plus(Duration.ofDays(ROTATION_DAYS))),
                        Optional.empty(),
                        Optional.empty());
        Sealed material = materials.generate(account, key.id(), key.spec());
        String made =
                database.write(
                        handle ->
                                AliasRows.find(handle, account, region, alias)
                                        .map(KeyAlias::keyId)
                                        .orElseGet(
                                                () -> {
                                                    KeyRows.insert(handle, key);
                                                    KeyRows.setRotation(
                                                            handle,
                                                            key,
                                                            ROTATION_DAYS,
                                                            now.plus(
                                                                    Duration.ofDays(
                                                                            ROTATION_DAYS)));
                                                    MaterialRows.add(
                                                            handle,
                                                            key.id(),
                                                            material,
                                                            Optional.empty(),
                                                            now);
                                                    AliasRows.insert(handle, key, alias, now);
                                                    return key.id();
                                                }));
        return database.read(handle -> KeyRows.find(handle, made))
                .orElseThrow(() -> KeyErrors.noAlias(alias));
    }

    private static String policy(AccountId account, Region region, String service) {
        String name = SERVICES.get(service);
        return """
               {
                 "Version" : "2012-10-17",
                 "Id" : "auto-%1$s-1",
                 "Statement" : [ {
                   "Sid" : "Allow access through %2$s for all principals in the account that are authorized to use %2$s",
                   "Effect" : "Allow",
                   "Principal" : { "AWS" : "*" },
                   "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey" ],
                   "Resource" : "*",
                   "Condition" : { "StringEquals" : {
                     "kms:ViaService" : "%1$s.%3$s.amazonaws.com",
                     "kms:CallerAccount" : "%4$s"
                   } }
                 }, {
                   "Sid" : "Allow direct access to key metadata to the account",
                   "Effect" : "Allow",
                   "Principal" : { "AWS" : "arn:aws:iam::%4$s:root" },
                   "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant" ],
                   "Resource" : "*"
                 } ]
               }"""
                .formatted(service, name, region, account);
    }
}
