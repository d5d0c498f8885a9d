package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.identity.Identities;
import dev.cloister.identity.access.Callers;
import dev.cloister.identity.access.PolicyAuthorizer;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.keys.RootKeyring;
import dev.cloister.s3.Buckets.Caller;
import dev.cloister.s3.ObjectStorage;
import dev.cloister.s3.PublicAccessBlock;
import dev.cloister.s3.wire.S3Service;
import dev.cloister.storage.EncryptedArtifactStore;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.utils.builder.Buildable;

/** Every operation of S3 under buckets' policies: who is let in, and who is not. */
final class BucketAccessTest {
    private static final AccountId OWNER = new AccountId("111122223333");
    private static final AccountId STRANGER = new AccountId("444455556666");
    private static final Region REGION = new Region("us-east-1");
    private static final Caller CALLER = new Caller(OWNER, REGION);

    /** Decided on without the bucket's policy: there is no bucket, or each key has its own say. */
    private static final Set<String> WITHOUT_POLICY =
            Set.of("ListBuckets", "CreateBucket", "DeleteObjects");

    private static final Set<String> OF_POLICIES =
            Set.of("GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy");

    @TempDir private Path folder;
    private SqliteDatabase database;
    private ObjectStorage storage;
    private PolicyAuthorizer authorizer;
    private ServiceDefinition service;
    private Principal user;

    @BeforeEach
    void open() throws IOException {
        database = new SqliteDatabase(folder.resolve("state.db"), Cloister.migrations());
        RootKeyring keys = RootKeyring.open(folder.resolve("root.key"), database);
        Identities identities =
                new Identities(
                        database, new Envelope(keys), InstantSource.system(), new SecureRandom());
        identities.ensureAccount(OWNER);
        IamEntity entity =
                identities
                        .directory()
                        .entities()
                        .create(OWNER, IamEntity.Kind.USER, "u", "/", Map.of(), Optional.empty());
        user = new Principal(OWNER, entity.arn(OWNER), entity.id(), "AKIAUSER");
        storage =
                new ObjectStorage(
                        database,
                        new EncryptedArtifactStore(folder.resolve("objects"), keys),
                        InstantSource.system());
        authorizer =
                new PolicyAuthorizer(
                        new Callers(identities.directory()),
                        identities.userKeys(),
                        List.of(new BucketResources(storage.buckets())));
        service = S3Service.definition(storage, CompiledPolicies::fault, authorizer);
        storage.buckets().create("bkt", CALLER, REGION, Map.of());
        storage.buckets().setPublicAccess("bkt", CALLER, Optional.empty());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Principal root(AccountId account) {
        return new Principal(
                account, "arn:aws:iam::%s:root".formatted(account), account.value(), "AKIA");
    }

    /** A user whom no policy of its own allows anything. */
    private Principal user() {
        return user;
    }

    private static RequestContext by(Principal principal) {
        return new RequestContext(
                UUID.randomUUID(),
                principal,
                REGION,
                Instant.EPOCH,
                InetAddress.getLoopbackAddress(),
                "http://127.0.0.1:4566");
    }

    private void policy(String effect, String principal) {
        storage.buckets()
                .setPolicy(
                        "bkt",
                        CALLER,
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"%s","Principal":%s,
                        "Action":"s3:*","Resource":["arn:aws:s3:::bkt","arn:aws:s3:::bkt/*"]}]}"""
                                .formatted(effect, principal),
                        CompiledPolicies::fault);
    }

    private List<AccessCheck> checks(String operation, SdkPojo input, Principal principal) {
        return service.access()
                .rule(operation)
                .orElseThrow()
                .checks(AccessInput.of(input), by(principal));
    }

    private boolean allows(Operation operation, Principal principal) {
        try {
            authorizer.authorize(
                    "s3", checks(operation.name(), input(operation), principal), by(principal));
            return true;
        } catch (AwsError e) {
            assertThat(e.code()).as(operation.name()).startsWith("AccessDenied");
            assertThat(e.status()).isEqualTo(403);
            return false;
        }
    }

    /** A request for one bucket and one key, with whatever members the operation has for them. */
    private static SdkPojo input(Operation operation) {
        Supplier<? extends SdkPojo> newInput =
                switch (operation) {
                    case Operation.Modeled<?, ?> modeled -> modeled.newInput();
                    case Operation.Streamed<?, ?> streamed -> streamed.newInput();
                    case Operation.Raw raw -> throw new AssertionError(raw.name() + " is raw");
                    case Operation.Unsigned<?, ?> unsigned -> unsigned.newInput();
                };
        SdkPojo builder = newInput.get();
        for (SdkField<?> field : builder.sdkFields()) {
            switch (field.memberName()) {
                case "Bucket", "DestinationBucket" -> field.set(builder, "bkt");
                case "Key", "DestinationKey" -> field.set(builder, "k");
                case "CopySource" -> field.set(builder, "bkt/k");
                default -> {
                    // Left out.
                }
            }
        }
        return (SdkPojo) ((Buildable) builder).build();
    }

    private List<String> allowed(Principal principal) {
        return service.operations().stream()
                .filter(operation -> allows(operation, principal))
                .map(Operation::name)
                .toList();
    }

    private List<String> all() {
        return service.operations().stream().map(Operation::name).toList();
    }

    private List<String> allBut(Set<String> left) {
        List<String> names = new ArrayList<>(all());
        names.removeAll(left);
        return names;
    }

    @Test
    void withoutAPolicyTheOwnerMayEverythingAndNobodyElseAnything() {
        assertThat(allowed(root(OWNER))).containsExactlyElementsOf(all());
        assertThat(allowed(user())).containsExactly("DeleteObjects");
        assertThat(allowed(root(STRANGER)))
                .containsExactlyInAnyOrder("ListBuckets", "CreateBucket", "DeleteObjects");
        assertThat(allowed(Principal.anonymous(OWNER))).containsExactly("DeleteObjects");
    }

    @Test
    void whomThePolicyNamesMayEverythingOnTheBucket() {
        policy("Allow", "{\"AWS\":\"arn:aws:iam::111122223333:user/u\"}");
        assertThat(allowed(user()))
                .containsAll(allBut(WITHOUT_POLICY))
                .doesNotContain("ListBuckets", "CreateBucket");
        assertThat(allowed(Principal.anonymous(OWNER))).containsExactly("DeleteObjects");

        policy("Allow", "{\"AWS\":\"444455556666\"}");
        assertThat(allowed(root(STRANGER))).containsExactlyElementsOf(all());
        assertThat(allowed(user())).containsExactly("DeleteObjects");
    }

    @Test
    void aDenyWinsAndOnlyTheOwnersRootCanMendIt() {
        policy("Deny", "\"*\"");
        List<String> left = allowed(root(OWNER));
        assertThat(left).containsAll(OF_POLICIES).hasSize(6).containsAll(WITHOUT_POLICY);
        assertThat(allowed(root(STRANGER))).doesNotContainAnyElementsOf(OF_POLICIES);
    }

    @Test
    void aPublicPolicyOpensToEverybodyUnlessThatIsRuledOut() {
        policy("Allow", "\"*\"");
        assertThat(allowed(Principal.anonymous(OWNER)))
                .containsExactlyElementsOf(allBut(Set.of("ListBuckets", "CreateBucket")));
        assertThat(storage.buckets().find("bkt").orElseThrow().isPublic()).isTrue();

        storage.buckets()
                .setPublicAccess(
                        "bkt",
                        CALLER,
                        Optional.of(new PublicAccessBlock(false, false, false, true)));
        assertThat(allowed(Principal.anonymous(OWNER))).containsExactly("DeleteObjects");
        assertThat(allowed(root(STRANGER))).doesNotContain("GetObject", "ListObjectsV2");
        assertThat(allowed(user())).containsAll(allBut(WITHOUT_POLICY));

        storage.buckets().setPublicAccess("bkt", CALLER, Optional.of(PublicAccessBlock.ALL));
        assertThatThrownBy(() -> policy("Allow", "\"*\""))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining("BlockPublicPolicy");
    }

    @Test
    void eachOperationNeedsTheActionThatAwsDocuments() {
        Map<String, String> actions = new TreeMap<>();
        for (Operation operation : service.operations()) {
            actions.put(
                    operation.name(),
                    String.join(
                            " ",
                            checks(operation.name(), input(operation), root(OWNER)).stream()
                                    .map(AccessCheck::action)
                                    .toList()));
        }
        assertThat(actions)
                .containsEntry("HeadBucket", "s3:ListBucket")
                .containsEntry("ListObjects", "s3:ListBucket")
                .containsEntry("ListObjectsV2", "s3:ListBucket")
                .containsEntry("ListObjectVersions", "s3:ListBucketVersions")
                .containsEntry("ListMultipartUploads", "s3:ListBucketMultipartUploads")
                .containsEntry("ListParts", "s3:ListMultipartUploadParts")
                .containsEntry("AbortMultipartUpload", "s3:AbortMultipartUpload")
                .containsEntry("UploadPart", "s3:PutObject")
                .containsEntry("CompleteMultipartUpload", "s3:PutObject")
                .containsEntry("CreateMultipartUpload", "s3:PutObject")
                .containsEntry("PutObject", "s3:PutObject")
                .containsEntry("CopyObject", "s3:GetObject s3:ListBucket s3:PutObject")
                .containsEntry("UploadPartCopy", "s3:GetObject s3:ListBucket s3:PutObject")
                .containsEntry("GetObject", "s3:GetObject s3:ListBucket")
                .containsEntry("HeadObject", "s3:GetObject s3:ListBucket")
                .containsEntry("DeleteObject", "s3:DeleteObject")
                .containsEntry("ListBuckets", "s3:ListAllMyBuckets")
                .containsEntry("DeleteBucketTagging", "s3:PutBucketTagging")
                .containsEntry("GetBucketEncryption", "s3:GetEncryptionConfiguration")
                .containsEntry("DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock")
                .containsEntry("GetBucketCors", "s3:GetBucketCORS");
    }

    /** The source's header is deprecated for those who build requests. */
    @SuppressWarnings("deprecation")
    @Test
    void versionsTagsAndPrefixesAreToldToPolicies() {
        assertThat(
                        checks(
                                "GetObject",
                                GetObjectRequest.builder()
                                        .bucket("bkt")
                                        .key("a/k")
                                        .versionId("7")
                                        .build(),
                                root(OWNER)))
                .first()
                .satisfies(
                        check -> {
                            assertThat(check.action()).isEqualTo("s3:GetObjectVersion");
                            assertThat(check.resource()).isEqualTo("arn:aws:s3:::bkt/a/k");
                            assertThat(check.owner()).contains(OWNER.value());
                            assertThat(check.keys()).containsEntry("s3:VersionId", List.of("7"));
                        });
        assertThat(
                        checks(
                                "ListObjectsV2",
                                ListObjectsV2Request.builder()
                                        .bucket("bkt")
                                        .prefix("home/")
                                        .delimiter("/")
                                        .maxKeys(5)
                                        .build(),
                                root(OWNER)))
                .singleElement()
                .satisfies(
                        check ->
                                assertThat(check.keys())
                                        .containsEntry("s3:prefix", List.of("home/"))
                                        .containsEntry("s3:delimiter", List.of("/"))
                                        .containsEntry("s3:max-keys", List.of("5")));
        assertThat(
                        checks(
                                "PutObject",
                                PutObjectRequest.builder()
                                        .bucket("bkt")
                                        .key("k")
                                        .tagging("team=red")
                                        .build(),
                                root(OWNER)))
                .extracting(AccessCheck::action)
                .containsExactly("s3:PutObject", "s3:PutObjectTagging");
        assertThat(
                        checks(
                                "CopyObject",
                                CopyObjectRequest.builder()
                                        .copySource("elsewhere/k?versionId=3")
                                        .destinationBucket("bkt")
                                        .destinationKey("t")
                                        .build(),
                                root(OWNER)))
                .extracting(AccessCheck::action, AccessCheck::resource)
                .contains(
                        org.assertj.core.groups.Tuple.tuple(
                                "s3:GetObjectVersion", "arn:aws:s3:::elsewhere/k"),
                        org.assertj.core.groups.Tuple.tuple("s3:PutObject", "arn:aws:s3:::bkt/t"));
    }
}
