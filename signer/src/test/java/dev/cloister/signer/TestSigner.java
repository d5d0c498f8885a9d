package dev.cloister.signer;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.keys.RootKeyring;
import dev.cloister.signer.archive.BadArchiveException;
import dev.cloister.signer.archive.SignableArchive;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** A signer on a real database and keyring, with a clock of the test's. */
public final class TestSigner implements AutoCloseable {
    public static final AccountId ACCOUNT = new AccountId("123456789012");
    public static final Region REGION = new Region("us-east-1");
    public static final ProfileKey BUILD = new ProfileKey(ACCOUNT, REGION, "build");
    static final String WHO = "arn:aws:iam::123456789012:user/builder";

    private final Path folder;
    public volatile Instant now = Instant.parse("2026-11-23T10:00:00.123Z");
    private SqliteDatabase database;
    private Signer signer;

    public TestSigner(Path folder) {
        this.folder = folder;
        this.database = open();
        this.signer = newSigner();
    }

    private SqliteDatabase open() {
        return new SqliteDatabase(
                folder.resolve("cloister.db"),
                List.of(RootKeyring.migration(), Signer.migration()));
    }

    private Signer newSigner() {
        return new Signer(
                database,
                new Envelope(RootKeyring.open(folder.resolve("root.key"), database)),
                () -> now,
                new SecureRandom());
    }

    void restart() {
        database.close();
        database = open();
        signer = newSigner();
    }

    public Signer signer() {
        return signer;
    }

    SqliteDatabase database() {
        return database;
    }

    /** Makes the profile {@link #BUILD}, good for 30 days. */
    public SigningProfile profile() {
        return signer.profiles().put(BUILD, new Validity(Validity.Unit.DAYS, 30), Map.of());
    }

    /** Signs a zip as the command does. */
    public byte[] sign(byte[] zip) throws IOException, BadArchiveException {
        return sign(zip, BUILD);
    }

    public byte[] sign(byte[] zip, ProfileKey profile) throws IOException, BadArchiveException {
        try (SignableArchive archive = SignableArchive.open(new SeekableInMemoryByteChannel(zip))) {
            Signer.Signature signature = signer.sign(profile, archive.digestsToSign(), WHO);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            archive.writeSigned(out, signature.text().getBytes(StandardCharsets.US_ASCII));
            return out.toByteArray();
        }
    }

    Finding examine(byte[] zip) throws InterruptedException {
        return signer.examine(zip);
    }

    @Override
    public void close() {
        database.close();
    }
}
