package dev.cloister.keys.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyAccess;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.OwnAccountAccess;
import dev.cloister.keys.RootKeyring;
import dev.cloister.keys.crypto.KeyMaterial;
import dev.cloister.keys.crypto.KeyPairs;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.crypto.KeyUsage;
import dev.cloister.keys.managed.Grant.Constraint;
import dev.cloister.keys.managed.Lifecycle.NewKey;
import dev.cloister.storage.DataKey;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.KeyUnavailableException;
import dev.cloister.storage.SqliteDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys through their states and through time, with a clock of the test's own. */
@Timeout(60)
final class ManagedKeysTest {
    private static final KeyCaller OWNER = caller("111122223333", "us-east-1");
    private static final KeyCaller STRANGER = caller("444455556666", "us-east-1");
    private static final byte[] SECRET = "attack at dawn".getBytes(StandardCharsets.UTF_8);
    private static final Map<String, String> CONTEXT = Map.of("purpose", "test", "x", "y");

    @TempDir private Path folder;
    private Database database;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private KeyAccess access = new OwnAccountAccess();
    private ManagedKeys keys;

    @BeforeEach
    void open() {
        database =
                new SqliteDatabase(
                        folder.resolve("state.db"),
                        List.of(RootKeyring.migration(), ManagedKeys.migration()));
        keys = keys();
    }

    @AfterEach
    void close() {
        keys.close();
        database.close();
    }

    private ManagedKeys keys() {
        return new ManagedKeys(
                database,
                new Envelope(RootKeyring.open(folder.resolve("root.key"), database)),
                use -> access.judge(use),
                () -> now,
                new SecureRandom());
    }

    private static KeyCaller caller(String account, String region) {
        return caller(
                new Principal(
                        new AccountId(account),
                        "arn:aws:iam::%s:root".formatted(account),
                        account,
                        "AKIA"),
                region);
    }

    private static KeyCaller role(String name) {
        return caller(
                new Principal(
                        OWNER.account(),
                        "arn:aws:sts::111122223333:assumed-role/%s/session".formatted(name),
                        "AROA:session",
                        "ASIA"),
                OWNER.region().value());
    }

    private static KeyCaller caller(Principal principal, String region) {
        return new KeyCaller(principal, new Region(region), Optional.empty(), Map.of());
    }

    private ManagedKey create(KeySpec spec, KeyUsage usage, KeyOrigin origin) {
        return keys.lifecycle()
                .create(
                        OWNER,
                        new NewKey(
                                spec,
                                usage,
                                origin,
                                "",
                                Optional.empty(),
                                Lockout.CHECKED,
                                Map.of()));
    }

    private ManagedKey create() {
        return create(KeySpec.SYMMETRIC_DEFAULT, KeyUsage.ENCRYPT_DECRYPT, KeyOrigin.AWS_KMS);
    }

    private byte[] encrypt(String keyId, Map<String, String> context, byte[] plaintext) {
        return keys.encryption()
                .encrypt(OWNER, keyId, CipherInput.symmetric(context), plaintext, DryRun.OFF)
                .blob();
    }

    private byte[] decrypt(KeyCaller caller, byte[] blob, Map<String, String> context) {
        try (SecretBytes bytes =
                keys.encryption()
                        .decrypt(
                                caller,
                                Optional.empty(),
                                CipherInput.symmetric(context),
                                blob,
                                DryRun.OFF)
                        .bytes()) {
            return bytes.reveal();
        }
    }

    private static void assertRefused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(AwsError.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void anythingComesBackInItsContextAlone() {
        String id = create().id();
        Random random = new Random(11);
        for (int round = 0; round < 50; round++) {
            byte[] plaintext = new byte[random.nextInt(1, 4097)];
            random.nextBytes(plaintext);
            Map<String, String> context = Map.of("n" + random.nextInt(), "é" + random.nextInt());
            byte[] blob = encrypt(id, context, plaintext);
            assertThat(decrypt(OWNER, blob, context)).isEqualTo(plaintext);
            assertRefused(
                    "InvalidCiphertextException", () -> decrypt(OWNER, blob, Map.of("n", "é")));
        }
    }

    @Test
    void noFlippedBitIsTaken() {
        byte[] blob = encrypt(create().id(), CONTEXT, SECRET);
        for (int bit = 0; bit < blob.length * 8; bit++) {
            byte[] flipped = blob.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> decrypt(OWNER, flipped, CONTEXT))
                    .isInstanceOfSatisfying(
                            AwsError.class,
                            e ->
                                    assertThat(e.code())
                                            .isIn(
                                                    "InvalidCiphertextException",
                                                    // The bits of the key's id.
                                                    "AccessDeniedException"));
        }
    }

    @Test
    void keysComeBackAfterARestart() {
        byte[] blob = encrypt(create().id(), CONTEXT, SECRET);
        keys.close();
        keys = keys();
        assertThat(decrypt(OWNER, blob, CONTEXT)).isEqualTo(SECRET);
    }

    @Test
    void aDisabledKeyDoesNothingUntilItIsEnabled() {
        ManagedKey key = create();
        byte[] blob = encrypt(key.id(), CONTEXT, SECRET);
        keys.lifecycle().disable(OWNER, key.id());
        assertRefused("DisabledException", () -> encrypt(key.id(), CONTEXT, SECRET));
        assertThatThrownBy(() -> decrypt(OWNER, blob, CONTEXT))
                .hasMessage(key.arn() + " is disabled.");
        assertRefused("DisabledException", () -> keys.rotations().enable(OWNER, key.id(), 365));
        keys.lifecycle().enable(OWNER, key.id());
        assertThat(decrypt(OWNER, blob, CONTEXT)).isEqualTo(SECRET);
    }

    @Test
    void aKeyWhoseDeletionIsDueIsGoneWithAllThatBelongsToIt() {
        ManagedKey key = create();
        keys.aliases().create(OWNER, "alias/doomed", key.id());
        byte[] blob = encrypt(key.id(), CONTEXT, SECRET);
        ManagedKey leaving = keys.lifecycle().scheduleDeletion(OWNER, key.id(), 7);
        assertThat(leaving.state()).isEqualTo(KeyState.PENDING_DELETION);
        assertThat(leaving.deletion().orElseThrow().at()).isEqualTo(now.plus(Duration.ofDays(7)));
        assertRefused("KMSInvalidStateException", () -> decrypt(OWNER, blob, CONTEXT));
        assertRefused("KMSInvalidStateException", () -> keys.lifecycle().enable(OWNER, key.id()));
        assertRefused(
                "KMSInvalidStateException",
                () -> keys.lifecycle().scheduleDeletion(OWNER, key.id(), 7));

        now = now.plus(Duration.ofDays(7)).minusMillis(1);
        assertThat(keys.lifecycle().describe(OWNER, key.id()).state())
                .isEqualTo(KeyState.PENDING_DELETION);
        now = now.plusMillis(1);
        assertThatThrownBy(() -> keys.lifecycle().describe(OWNER, key.arn()))
                .hasMessage("Key '%s' does not exist".formatted(key.arn()));
        assertRefused("NotFoundException", () -> keys.lifecycle().describe(OWNER, "alias/doomed"));
        assertRefused("AccessDeniedException", () -> decrypt(OWNER, blob, CONTEXT));
        assertThat(rows("kms_materials")).isZero();
        assertThat(rows("kms_aliases")).isZero();
    }

    @Test
    void aCancelledDeletionLeavesTheKeyDisabled() {
        ManagedKey key = create();
        assertThatThrownBy(() -> keys.lifecycle().cancelDeletion(OWNER, key.id()))
                .hasMessage(key.arn() + " is not pending deletion.");
        ManagedKey leaving = keys.lifecycle().scheduleDeletion(OWNER, key.id(), 30);
        assertThat(leaving.state()).isEqualTo(KeyState.PENDING_DELETION);
        keys.lifecycle().cancelDeletion(OWNER, key.id());
        now = now.plus(Duration.ofDays(31));
        assertThat(keys.lifecycle().describe(OWNER, key.id()).state()).isEqualTo(KeyState.DISABLED);
        for (int days : new int[] {6, 31}) {
            assertRefused(
                    "ValidationException",
                    () -> keys.lifecycle().scheduleDeletion(OWNER, key.id(), days));
        }
    }

    private int rows(String table) {
        return database.read(
                handle ->
                        handle.select("SELECT COUNT(*) FROM " + table).mapTo(Integer.class).one());
    }

    @Test
    void rotationGivesNewMaterialAndOldCiphertextsStayReadable() {
        ManagedKey key = create();
        byte[] first = encrypt(key.id(), CONTEXT, SECRET);
        ManagedKey rotated = keys.rotations().rotate(OWNER, key.id());
        assertThat(rotated.id()).isEqualTo(key.id());
        byte[] second = encrypt(key.id(), CONTEXT, SECRET);
        keys.rotations().enable(OWNER, key.id(), 90);
        now = now.plus(Duration.ofDays(90));
        byte[] third = encrypt(key.id(), CONTEXT, SECRET);
        for (byte[] blob : List.of(first, second, third)) {
            assertThat(decrypt(OWNER, blob, CONTEXT)).isEqualTo(SECRET);
        }
        List<MaterialInfo> materials = keys.rotations().list(OWNER, key.id());
        assertThat(materials)
                .extracting(MaterialInfo::rotation)
                .containsExactly(
                        Optional.empty(),
                        Optional.of(MaterialInfo.RotationKind.ON_DEMAND),
                        Optional.of(MaterialInfo.RotationKind.AUTOMATIC));
        assertThat(materials).extracting(MaterialInfo::current).containsExactly(false, false, true);
        assertThat(keys.rotations().status(OWNER, key.id()).nextRotation())
                .hasValue(now.plus(Duration.ofDays(90)));
        keys.rotations().disable(OWNER, key.id());
        now = now.plus(Duration.ofDays(1000));
        encrypt(key.id(), CONTEXT, SECRET);
        assertThat(keys.rotations().list(OWNER, key.id())).hasSize(3);
    }

    @Test
    void onDemandRotationHasALimit() {
        ManagedKey key = create();
        for (int i = 0; i < Rotations.MOST_ON_DEMAND; i++) {
            ManagedKey rotated = keys.rotations().rotate(OWNER, key.id());
            assertThat(rotated.arn()).isEqualTo(key.arn());
        }
        assertRefused("LimitExceededException", () -> keys.rotations().rotate(OWNER, key.id()));
    }

    @Test
    void importedMaterialExpiresAndComesBackAsItself() throws GeneralSecurityException {
        ManagedKey key =
                create(KeySpec.SYMMETRIC_DEFAULT, KeyUsage.ENCRYPT_DECRYPT, KeyOrigin.EXTERNAL);
        assertThat(key.state()).isEqualTo(KeyState.PENDING_IMPORT);
        assertRefused("KMSInvalidStateException", () -> encrypt(key.id(), CONTEXT, SECRET));
        byte[] material = new byte[32];
        new Random(3).nextBytes(material);
        Instant end = now.plus(Duration.ofDays(2));
        Imports.Imported imported = bring(key, material, Optional.of(end));
        byte[] blob = encrypt(key.id(), CONTEXT, SECRET);
        now = end;
        assertThatThrownBy(() -> decrypt(OWNER, blob, CONTEXT))
                .hasMessage(key.arn() + " is pending import.");
        assertRefused(
                "IncorrectKeyMaterialException", () -> bring(key, new byte[32], Optional.empty()));
        assertThat(bring(key, material, Optional.empty()).materialId())
                .isEqualTo(imported.materialId());
        assertThat(decrypt(OWNER, blob, CONTEXT)).isEqualTo(SECRET);
    }

    @Test
    void anImportTokenIsForItsKeyAndItsDay() throws GeneralSecurityException {
        ManagedKey one =
                create(KeySpec.SYMMETRIC_DEFAULT, KeyUsage.ENCRYPT_DECRYPT, KeyOrigin.EXTERNAL);
        ManagedKey two =
                create(KeySpec.SYMMETRIC_DEFAULT, KeyUsage.ENCRYPT_DECRYPT, KeyOrigin.EXTERNAL);
        Imports.Parameters parameters = parameters(one);
        byte[] wrapped = wrap(parameters, new byte[32]);
        byte[] token = parameters.token().reveal();
        Imports.Import forever =
                new Imports.Import(Optional.empty(), Optional.empty(), Optional.empty());
        assertRefused(
                "InvalidImportTokenException",
                () -> keys.imports().bring(OWNER, two.id(), token, wrapped, forever));
        assertRefused(
                "InvalidCiphertextException",
                () -> keys.imports().bring(OWNER, one.id(), token, new byte[256], forever));
        now = now.plus(Imports.TOKEN_LIFE);
        assertRefused(
                "ExpiredImportTokenException",
                () -> keys.imports().bring(OWNER, one.id(), token, wrapped, forever));
        assertRefused("UnsupportedOperationException", () -> parameters(create()));
    }

    private Imports.Parameters parameters(ManagedKey key) {
        return keys.imports().parameters(OWNER, key.id(), KeySpec.RSA_2048, "RSAES_OAEP_SHA_256");
    }

    private Imports.Imported bring(ManagedKey key, byte[] material, Optional<Instant> expiresAt) {
        Imports.Parameters parameters = parameters(key);
        return keys.imports()
                .bring(
                        OWNER,
                        key.id(),
                        parameters.token().reveal(),
                        wrap(parameters, material),
                        new Imports.Import(expiresAt, Optional.empty(), Optional.empty()));
    }

    /** As a customer would, with the JDK's own means. */
    private static byte[] wrap(Imports.Parameters parameters, byte[] material) {
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    KeyFactory.getInstance("RSA")
                            .generatePublic(
                                    new X509EncodedKeySpec(parameters.publicKey().reveal())),
                    new OAEPParameterSpec(
                            "SHA-256",
                            "MGF1",
                            MGF1ParameterSpec.SHA256,
                            PSource.PSpecified.DEFAULT));
            return cipher.doFinal(material);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anotherAccountLearnsNothing() {
        ManagedKey key = create();
        byte[] blob = encrypt(key.id(), CONTEXT, SECRET);
        assertRefused("AccessDeniedException", () -> decrypt(STRANGER, blob, CONTEXT));
        assertRefused("NotFoundException", () -> keys.lifecycle().describe(STRANGER, key.id()));
        String missing = key.arn().substring(0, key.arn().length() - 12) + "000000000000";
        for (String arn : List.of(key.arn(), missing)) {
            assertThatThrownBy(() -> keys.lifecycle().describe(STRANGER, arn))
                    .hasMessageEndingWith(
                            ("kms:DescribeKey on resource: %s because the resource does not exist"
                                            + " in this Region, no resource-based policies allow"
                                            + " access, or a resource-based policy explicitly denies"
                                            + " access")
                                    .formatted(arn));
        }
        assertThat(keys.lifecycle().list(STRANGER, "", 10)).isEmpty();
    }

    @Test
    void anotherRegionHasKeysOfItsOwn() {
        ManagedKey key = create();
        byte[] blob = encrypt(key.id(), CONTEXT, SECRET);
        KeyCaller elsewhere = caller("111122223333", "eu-west-1");
        assertThatThrownBy(() -> keys.lifecycle().describe(elsewhere, key.arn()))
                .hasMessage("Invalid arn us-east-1");
        assertRefused("NotFoundException", () -> keys.lifecycle().describe(elsewhere, key.id()));
        assertRefused("AccessDeniedException", () -> decrypt(elsewhere, blob, CONTEXT));
    }

    @Test
    void aGrantAllowsItsGranteeItsOperationsInItsContext() {
        ManagedKey key = create();
        byte[] blob = encrypt(key.id(), CONTEXT, SECRET);
        KeyAccess own = access;
        access =
                use ->
                        use.caller().arn().equals(OWNER.arn())
                                ? own.judge(use)
                                : new KeyAccess.Verdict.NotAllowed("because nothing allows it");
        KeyCaller reader = role("reader");
        assertRefused("AccessDeniedException", () -> decrypt(reader, blob, CONTEXT));
        Grant grant =
                grant(
                        key,
                        "arn:aws:iam::111122223333:role/path/reader",
                        new Constraint.Including(Map.of("x", "y")));
        assertThat(decrypt(reader, blob, CONTEXT)).isEqualTo(SECRET);
        byte[] outside = encrypt(key.id(), Map.of("x", "z"), SECRET);
        assertRefused("AccessDeniedException", () -> decrypt(reader, outside, Map.of("x", "z")));
        assertRefused("AccessDeniedException", () -> decrypt(role("other"), blob, CONTEXT));
        access = use -> new KeyAccess.Verdict.Denied("with an explicit deny");
        assertRefused("AccessDeniedException", () -> decrypt(reader, blob, CONTEXT));
        access = use -> new KeyAccess.Verdict.NotAllowed("because nothing allows it");
        assertThat(decrypt(reader, blob, CONTEXT)).isEqualTo(SECRET);
        access = own;
        keys.grants().revoke(OWNER, key.id(), grant.id(), DryRun.OFF);
        access = use -> new KeyAccess.Verdict.NotAllowed("because nothing allows it");
        assertRefused("AccessDeniedException", () -> decrypt(reader, blob, CONTEXT));
    }

    private Grant grant(ManagedKey key, String grantee, Constraint constraint) {
        return keys.grants()
                .create(
                        OWNER,
                        key.id(),
                        new Grants.NewGrant(
                                Optional.of("named"),
                                grantee,
                                Optional.empty(),
                                List.of("Decrypt"),
                                constraint),
                        DryRun.OFF);
    }

    @Test
    void aNamedGrantIsMadeOnce() {
        ManagedKey key = create();
        String role = "arn:aws:iam::111122223333:role/reader";
        Grant grant = grant(key, role, new Constraint.None());
        assertThat(grant(key, role, new Constraint.None()).id()).isEqualTo(grant.id());
        assertThat(keys.grants().list(OWNER, key.id(), "", 10)).hasSize(1);
        assertRefused("InvalidArnException", () -> grant(key, "nobody", new Constraint.None()));
        assertRefused(
                "InvalidGrantTokenException",
                () -> keys.grants().retire(OWNER, "bm90IGEgdG9rZW4=", DryRun.OFF));
        assertRefused(
                "DryRunOperationException",
                () -> keys.grants().retire(OWNER, Grants.token(grant), DryRun.ON));
        keys.grants().retire(OWNER, Grants.token(grant), DryRun.OFF);
        assertThat(keys.grants().list(OWNER, key.id(), "", 10)).isEmpty();
    }

    @Test
    void servicesKeysAreMadeOnFirstUseAndAreNotTheCustomersToUse() {
        ManagedKey key = keys.lifecycle().describe(OWNER, "alias/aws/lambda");
        assertThat(keys.lifecycle().describe(OWNER, "alias/aws/lambda").id()).isEqualTo(key.id());
        assertRefused(
                "NotFoundException", () -> keys.lifecycle().describe(OWNER, "alias/aws/nothing"));
        assertRefused("AccessDeniedException", () -> encrypt("alias/aws/lambda", CONTEXT, SECRET));
        assertRefused("AccessDeniedException", () -> keys.lifecycle().disable(OWNER, key.id()));
        KeyCaller lambda =
                KeyCaller.service(
                        OWNER.account(), OWNER.region(), "lambda.us-east-1.amazonaws.com");
        byte[] blob =
                keys.encryption()
                        .encrypt(
                                lambda,
                                "alias/aws/lambda",
                                CipherInput.symmetric(CONTEXT),
                                SECRET,
                                DryRun.OFF)
                        .blob();
        now = now.plus(Duration.ofDays(400));
        assertThat(decrypt(lambda, blob, CONTEXT)).isEqualTo(SECRET);
        assertThat(keys.rotations().list(OWNER, key.id())).hasSize(2);
    }

    @Test
    void aPolicyThatLocksItsAuthorOutIsRefused() {
        ManagedKey key = create();
        for (String policy :
                List.of(
                        "no json",
                        "{}",
                        "{\"Statement\":[]}",
                        "{\"Statement\":[{\"Effect\":\"Maybe\"}]}",
                        statement("arn:aws:iam::444455556666:root", "kms:*"),
                        statement("not a principal", "kms:*"),
                        statement("arn:aws:iam::111122223333:root", "kms:Decrypt"))) {
            assertRefused(
                    "MalformedPolicyDocumentException",
                    () -> keys.lifecycle().putPolicy(OWNER, key.id(), policy, Lockout.CHECKED));
        }
        assertThat(keys.lifecycle().policy(OWNER, key.id(), "default"))
                .isEqualTo(KeyPolicies.standard(OWNER.account()));
        String stranger = statement("arn:aws:iam::444455556666:root", "kms:*");
        keys.lifecycle().putPolicy(OWNER, key.id(), stranger, Lockout.BYPASSED);
        assertThat(keys.lifecycle().policy(OWNER, key.id(), "default")).isEqualTo(stranger);
        String own = statement("111122223333", "KMS:Put*");
        keys.lifecycle().putPolicy(OWNER, key.id(), own, Lockout.CHECKED);
    }

    private static String statement(String principal, String action) {
        return """
               {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
               "Principal":{"AWS":"%s"},"Action":"%s","Resource":"*"}]}"""
                .formatted(principal, action);
    }

    @Test
    void aCiphertextOfOneKeyIsNotAnothers() {
        ManagedKey one = create();
        ManagedKey two = create();
        byte[] blob = encrypt(one.id(), CONTEXT, SECRET);
        assertRefused(
                "IncorrectKeyException",
                () ->
                        keys.encryption()
                                .decrypt(
                                        OWNER,
                                        Optional.of(two.id()),
                                        CipherInput.symmetric(CONTEXT),
                                        blob,
                                        DryRun.OFF));
        byte[] moved =
                keys.encryption()
                        .reEncrypt(
                                OWNER,
                                Optional.empty(),
                                CipherInput.symmetric(CONTEXT),
                                blob,
                                two.id(),
                                CipherInput.symmetric(Map.of()),
                                DryRun.OFF)
                        .fresh()
                        .blob();
        keys.lifecycle().disable(OWNER, one.id());
        assertThat(decrypt(OWNER, moved, Map.of())).isEqualTo(SECRET);
    }

    @Test
    void whatAServiceStoredUnderACustomersKeyOpensUntilTheKeyIsDestroyed() {
        RoutedKeys routed =
                new RoutedKeys(
                        RootKeyring.open(folder.resolve("root.key"), database),
                        keys,
                        RoutedKeys.viaService("lambda"));
        ManagedKey key = create();
        KeyRef name = new KeyRef(OWNER.account().value(), key.arn());
        DataKey made = routed.generateDataKey(name, CONTEXT);
        assertThat(routed.unwrap(made.wrapped(), CONTEXT).plaintext()).isEqualTo(made.plaintext());
        assertThatThrownBy(() -> routed.unwrap(made.wrapped(), Map.of()))
                .isInstanceOf(KeyUnavailableException.class);
        assertThat(routed.refusal(OWNER.account(), key.arn(), CONTEXT)).isEmpty();

        keys.lifecycle().disable(OWNER, key.id());
        assertThat(routed.refusal(OWNER.account(), key.arn(), CONTEXT).orElseThrow().code())
                .isEqualTo("DisabledException");
        assertThatThrownBy(() -> routed.generateDataKey(name, CONTEXT))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessage(
                        "KMS Exception: DisabledException KMS Message: %s is disabled."
                                .formatted(key.arn()));
        assertThat(routed.unwrap(made.wrapped(), CONTEXT).plaintext()).isEqualTo(made.plaintext());
        assertThat(routed.refusal(STRANGER.account(), key.arn(), CONTEXT).orElseThrow().code())
                .isEqualTo("AccessDeniedException");

        ManagedKey leaving = keys.lifecycle().scheduleDeletion(OWNER, key.id(), 7);
        now = leaving.deletion().orElseThrow().at();
        assertThatThrownBy(() -> routed.unwrap(made.wrapped(), CONTEXT))
                .isInstanceOf(KeyUnavailableException.class);
        assertThat(routed.refusal(OWNER.account(), key.arn(), CONTEXT).orElseThrow().code())
                .isEqualTo("NotFoundException");
        KeyRef own = new KeyRef(OWNER.account().value(), "alias/aws/lambda");
        DataKey ofAccount = routed.generateDataKey(own, CONTEXT);
        assertThat(routed.unwrap(ofAccount.wrapped(), CONTEXT).plaintext())
                .isEqualTo(ofAccount.plaintext());
    }

    @Test
    void keysOfOneUsageDoNothingElse() {
        ManagedKey signer = create(KeySpec.ECC_NIST_P256, KeyUsage.SIGN_VERIFY, KeyOrigin.AWS_KMS);
        assertThatThrownBy(() -> encrypt(signer.id(), Map.of(), SECRET))
                .hasMessage(
                        signer.arn() + " key usage is SIGN_VERIFY which is not valid for Encrypt.");
        assertRefused(
                "ValidationException",
                () -> create(KeySpec.ECC_NIST_P256, KeyUsage.ENCRYPT_DECRYPT, KeyOrigin.AWS_KMS));
    }

    @Test
    void nothingOfAKeyIsInClearOnTheDisk() throws Exception {
        try (KeyMaterial probe = KeyPairs.generate(KeySpec.SYMMETRIC_DEFAULT, new SecureRandom())) {
            ManagedKey key =
                    create(KeySpec.SYMMETRIC_DEFAULT, KeyUsage.ENCRYPT_DECRYPT, KeyOrigin.EXTERNAL);
            Imports.Imported imported = bring(key, probe.secret(), Optional.empty());
            assertThat(imported.materialId()).hasSize(64);
            String needle = new String(probe.secret(), StandardCharsets.ISO_8859_1);
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .as("%s", file)
                            .doesNotContain(needle);
                }
            }
        }
    }
}
