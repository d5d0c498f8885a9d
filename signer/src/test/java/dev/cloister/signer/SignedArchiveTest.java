package dev.cloister.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.signer.archive.BadArchiveException;
import dev.cloister.signer.archive.Zip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a signature says of an archive, whatever is done to either. */
final class SignedArchiveTest {
    private static final byte[] CODE =
            new Zip()
                    .file("index.py", "def handler(event, context): return event\n")
                    .file("bin/tool", 0100755, new byte[] {1, 2, 3})
                    .file("data.txt", "x".repeat(300))
                    .bytes();

    @TempDir Path folder;
    private TestSigner test;

    @BeforeEach
    void start() {
        test = new TestSigner(folder);
        test.profile();
    }

    @AfterEach
    void stop() {
        test.close();
    }

    @Test
    void aSignedArchiveIsItsProfilesAndHoldsWhatItHeld() throws Exception {
        byte[] signed = test.sign(CODE);
        assertThat(test.examine(signed))
                .isInstanceOfSatisfying(
                        Finding.Signed.class,
                        found -> {
                            assertThat(found.claims().profileVersionArn())
                                    .isEqualTo(profile().versionArn());
                            assertThat(found.claims().jobArn())
                                    .startsWith(
                                            "arn:aws:signer:us-east-1:123456789012:/signing-jobs/");
                            assertThat(found.claims().signedAt())
                                    .isEqualTo(Instant.parse("2026-11-23T10:00:00Z"));
                            assertThat(found.claims().expiresAt())
                                    .isEqualTo(Instant.parse("2026-12-23T10:00:00Z"));
                            assertThat(found.revocation()).isEmpty();
                        });
        Map<String, String> before = Zip.read(CODE);
        Map<String, String> after = Zip.read(signed);
        assertThat(after).containsAllEntriesOf(before);
        assertThat(after.keySet())
                .hasSize(before.size() + 2)
                .contains("META_INF/ 40000", Zip.SIGNATURE + " file");
    }

    @Test
    void itStaysSignedAcrossARestartACancellationAndTheEndOfTheCertificate() throws Exception {
        byte[] signed = test.sign(CODE);
        test.restart();
        test.signer().profiles().cancel(TestSigner.BUILD);
        test.now = test.now.plus(Duration.ofDays(4_000));
        assertThat(test.examine(signed)).isInstanceOf(Finding.Signed.class);
    }

    @Test
    void withoutASignatureItIsUnsigned() throws Exception {
        assertThat(test.examine(CODE)).isEqualTo(new Finding.Unsigned());
    }

    /** The property: a changed byte is found, or changes nothing of what the archive unpacks to. */
    @Test
    void noByteOfWhatItCoversCanBeChanged() throws Exception {
        byte[] signed = test.sign(CODE);
        Map<String, String> original = Zip.read(signed);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int found = 0;
        // A third of all bytes, others in every run.
        for (int i = random.nextInt(3); i < signed.length; i += 3) {
            byte[] changed = signed.clone();
            changed[i] ^= (byte) (1 + random.nextInt(255));
            Finding finding = test.examine(changed);
            if (finding instanceof Finding.Signed || finding instanceof Finding.Foreign) {
                assertThat(Zip.read(changed)).as("byte %d of seed %d", i, seed).isEqualTo(original);
            } else {
                found++;
            }
        }
        assertThat(found).isGreaterThan(signed.length / 6);
    }

    @Test
    void nothingCanBeAddedRemovedRenamedReorderedOrMadeExecutable() throws Exception {
        byte[] signed = test.sign(CODE);
        assertBroken(edited(signed, all -> all.put("evil.py", bytes("evil"))));
        assertBroken(edited(signed, all -> all.remove("data.txt")));
        assertBroken(edited(signed, all -> all.put("data2.txt", all.remove("data.txt"))));
        assertBroken(edited(signed, all -> all.put("index.py", all.remove("index.py"))));
        Map<String, byte[]> plain = new LinkedHashMap<>();
        Zip.edit(
                signed,
                all -> {
                    plain.putAll(all);
                    return all;
                });
        Zip modes = new Zip();
        plain.forEach((name, content) -> modes.file(name, 0100755, content));
        assertBroken(modes.bytes());
    }

    /** The digest that AWS Signer makes has no borders between names and contents; ours has. */
    @Test
    void aBorderBetweenNameAndContentCanNotBeMoved() throws Exception {
        byte[] signed = test.sign(new Zip().file("ab", "cd").bytes());
        byte[] moved =
                Zip.edit(
                        signed,
                        all -> {
                            Map<String, byte[]> changed = new LinkedHashMap<>();
                            all.forEach(
                                    (name, content) -> {
                                        if (name.equals("ab")) {
                                            changed.put("a", bytes("bcd"));
                                        } else {
                                            changed.put(name, content);
                                        }
                                    });
                            return changed;
                        });
        assertBroken(moved);
    }

    @Test
    void aSignatureOfAnotherArchiveIsWorthNothing() throws Exception {
        byte[] other = test.sign(new Zip().file("other.py", "pass").bytes());
        Map<String, byte[]> taken = new LinkedHashMap<>();
        Zip.edit(
                other,
                all -> {
                    taken.putAll(all);
                    return all;
                });
        byte[] signed = test.sign(CODE);
        assertBroken(edited(signed, all -> all.put(Zip.SIGNATURE, taken.get(Zip.SIGNATURE))));
    }

    @Test
    void hostileSignatureEntriesAreBrokenAndCostLittle() throws Exception {
        for (byte[] entry :
                new byte[][] {
                    new byte[0],
                    bytes("no PEM"),
                    bytes("-----BEGIN PKCS7-----\n-----END PKCS7-----\n"),
                    bytes("-----BEGIN PKCS7-----\nMIAGCSqGSIb3DQEHAqCAMIAC\n-----END PKCS7-----\n"),
                    bytes(
                            "-----BEGIN PKCS7-----\n"
                                    + "A".repeat(60_000)
                                    + "\n-----END PKCS7-----\n"),
                    new byte[20 << 20]
                }) {
            assertBroken(
                    new Zip().file("index.py", "pass").file(Zip.SIGNATURE, 0100644, entry).bytes());
        }
        byte[] signed = test.sign(CODE);
        // What follows the signature's text, and what stands before it, is covered by nothing.
        assertBroken(appended(signed, "", "trailing"));
        assertBroken(appended(signed, "leading\n", ""));
        assertBroken(
                new Zip()
                        .file("index.py", "pass")
                        .file(Zip.SIGNATURE, "one")
                        .file(Zip.SIGNATURE, "two")
                        .bytes());
    }

    @Test
    void aProfileOfAnotherInstallationIsForeign(@TempDir Path elsewhere) throws Exception {
        try (TestSigner other = new TestSigner(elsewhere)) {
            other.profile();
            byte[] signed = other.sign(CODE);
            assertThat(test.examine(signed)).isInstanceOf(Finding.Foreign.class);
            assertBroken(edited(signed, all -> all.put("index.py", bytes("evil"))));
        }
    }

    /** Somebody's own chain, under the name of a profile that is known here. */
    @Test
    void aForgedNameIsBroken() throws Exception {
        ForgedSignature forged = new ForgedSignature(test.now);
        byte[] zip = forged.sign(CODE, profile().versionArn());
        assertBroken(zip);
        assertThat(test.examine(forged.sign(CODE, profile().key().arn("AAAAAAAAAA"))))
                .isInstanceOf(Finding.Foreign.class);
    }

    @Test
    void aSignatureMadeOutsideTheCertificatesLifeIsBroken() throws Exception {
        ForgedSignature forged = new ForgedSignature(test.now.plus(Duration.ofDays(10)));
        assertBroken(forged.sign(CODE, profile().key().arn("AAAAAAAAAA")));
    }

    @Test
    void signedTwiceIsRefused() throws Exception {
        byte[] signed = test.sign(CODE);
        assertThatThrownBy(() -> test.sign(signed))
                .isInstanceOf(BadArchiveException.class)
                .hasMessageContaining("signature already");
    }

    @Test
    void aRevokedSignatureAloneIsRevoked() throws Exception {
        byte[] one = test.sign(CODE);
        byte[] two = test.sign(CODE);
        UUID id = job(one);
        test.signer().revoke(test.signer().job(id).orElseThrow(), "leaked", TestSigner.WHO);
        assertThat(revocation(one)).hasValueSatisfying(why -> assertThat(why).contains("leaked"));
        assertThat(revocation(two)).isEmpty();
        test.restart();
        assertThat(revocation(one)).isPresent();
        assertThatThrownBy(
                        () ->
                                test.signer()
                                        .revoke(
                                                test.signer().job(id).orElseThrow(),
                                                "again",
                                                TestSigner.WHO))
                .isInstanceOf(AwsError.class);
    }

    @Test
    void aRevokedProfileTakesBackWhatItSignedFromThenOn() throws Exception {
        byte[] before = test.sign(CODE);
        test.now = test.now.plus(Duration.ofHours(2));
        byte[] after = test.sign(CODE);
        test.signer()
                .profiles()
                .revoke(
                        TestSigner.BUILD,
                        profile().version(),
                        test.now.minus(Duration.ofHours(1)),
                        "stolen",
                        TestSigner.WHO);
        assertThat(revocation(before)).isEmpty();
        assertThat(revocation(after)).isPresent();
        assertThatThrownBy(() -> test.sign(CODE))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining("REVOKED");
    }

    @Test
    void noPrivateKeyIsStoredInClear() throws Exception {
        test.sign(CODE);
        byte[] clear = test.signer().profiles().privateKey(profile()).getEncoded();
        // A PKCS#8 key's last bytes hold its secret number, in either representation.
        String secret = java.util.Base64.getEncoder().encodeToString(clear).substring(40, 80);
        String stored =
                test.database()
                        .read(
                                handle ->
                                        handle.createQuery(
                                                        "SELECT document || sealed_key FROM"
                                                                + " signer_profile")
                                                .mapTo(String.class)
                                                .one());
        assertThat(stored).doesNotContain(secret);
    }

    private SigningProfile profile() {
        return test.signer().profiles().require(TestSigner.BUILD);
    }

    private UUID job(byte[] signed) throws InterruptedException {
        Finding.Signed found = (Finding.Signed) test.examine(signed);
        String arn = found.claims().jobArn();
        return UUID.fromString(arn.substring(arn.lastIndexOf('/') + 1));
    }

    private Optional<String> revocation(byte[] signed) throws InterruptedException {
        return ((Finding.Signed) test.examine(signed)).revocation();
    }

    private void assertBroken(byte[] zip) throws InterruptedException {
        assertThat(test.examine(zip)).isInstanceOf(Finding.Broken.class);
    }

    private static byte[] appended(byte[] signed, String before, String after) throws IOException {
        return edited(
                signed,
                all ->
                        all.compute(
                                Zip.SIGNATURE,
                                (_, old) ->
                                        bytes(
                                                before
                                                        + new String(
                                                                old == null ? new byte[0] : old,
                                                                StandardCharsets.US_ASCII)
                                                        + after)));
    }

    private static byte[] edited(
            byte[] zip, java.util.function.Consumer<Map<String, byte[]>> change)
            throws IOException {
        return Zip.edit(
                zip,
                all -> {
                    change.accept(all);
                    return all;
                });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
