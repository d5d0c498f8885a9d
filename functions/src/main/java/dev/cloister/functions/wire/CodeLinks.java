package dev.cloister.functions.wire;

import dev.cloister.api.AccountId;
import dev.cloister.api.AnonymousRoute;
import dev.cloister.api.AwsError;
import dev.cloister.api.RawHandler;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.CodeReaders;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.Functions;
import dev.cloister.functions.VersionContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.services.lambda.model.FunctionCodeLocation;

/**
 * The links of GetFunction's {@code Code.Location}, of layers' {@code Content.Location}, and their
 * downloads. A link names one archive of one account and works, without a signature, until its time
 * is up; its HMAC key lives only in this process, so a restart ends every link. Thread-safe.
 */
public final class CodeLinks implements AnonymousRoute {
    private static final String PREFIX = "/_cloister/code/";
    private static final String HMAC = "HmacSHA256";
    private static final int KEY_LENGTH = 32;
    private static final Pattern TOKEN =
            Pattern.compile(
                    "([0-9]{12})\\.([0-9a-f]{64}(?:-[0-9a-f]{16})?)\\.([0-9]{1,9})\\.([0-9]{1,11})\\.([0-9a-f]{64})");

    private final Functions functions;
    private final CodeReaders readers;
    private final InstantSource clock;
    private final SecretKeySpec key;

    /**
     * @param readers asked before a link to an archive under a customer's key is given away
     */
    public CodeLinks(Functions functions, CodeReaders readers, InstantSource clock) {
        this.functions = functions;
        this.readers = readers;
        this.clock = clock;
        byte[] secret = new byte[KEY_LENGTH];
        new SecureRandom().nextBytes(secret);
        this.key = new SecretKeySpec(secret, HMAC);
    }

    CodeReaders readers() {
        return readers;
    }

    /** Where a function's archive can be had, or why the caller can't have it. */
    FunctionCodeLocation location(
            RequestContext context, FunctionKey function, VersionContent version) {
        VersionContent.Code code = version.code();
        FunctionCodeLocation.Builder shown =
                FunctionCodeLocation.builder()
                        .repositoryType("S3")
                        .sourceKMSKeyArn(version.options().sourceKmsKeyArn().orElse(null));
        Optional<AwsError> refusal =
                code.keyArn().flatMap(key -> readers.refusal(context, key, function.arn()));
        if (refusal.isPresent()) {
            return shown.error(
                            error ->
                                    error.errorCode(refusal.get().code())
                                            .message(
                                                    "KMS access is denied. Check your KMS"
                                                            + " permissions. KMS Exception: "
                                                            + refusal.get().code()
                                                            + " KMS Message: "
                                                            + refusal.get().message()))
                    .build();
        }
        return shown.location(
                        link(
                                context.endpoint(),
                                function.account(),
                                functions.zipName(function, code),
                                code.zipSize()))
                .build();
    }

    /**
     * @param endpoint scheme and authority as the client addressed it
     * @param name of the archive, as {@link Functions#openZip} takes it
     */
    String link(String endpoint, AccountId account, String name, long size) {
        Instant expiry = clock.instant().plus(functions.settings().linkLifetime());
        String claims = account + "." + name + "." + size + "." + expiry.getEpochSecond();
        return endpoint + PREFIX + claims + "." + mac(claims);
    }

    @Override
    public boolean takes(String method, String rawPath) {
        return rawPath.startsWith(PREFIX) && method.equals("GET");
    }

    @Override
    public void handle(AnonymousRequest request, RawHandler.RawResponse response)
            throws IOException {
        String token = request.rawPath().substring(PREFIX.length());
        Matcher matcher = TOKEN.matcher(token);
        if (!matcher.matches()) {
            throw denied("The link is malformed.");
        }
        String claims = token.substring(0, token.lastIndexOf('.'));
        if (!MessageDigest.isEqual(
                mac(claims).getBytes(StandardCharsets.US_ASCII),
                matcher.group(5).getBytes(StandardCharsets.US_ASCII))) {
            throw denied("The link's signature does not match.");
        }
        if (clock.instant().getEpochSecond() >= Long.parseLong(matcher.group(4))) {
            throw denied("Request has expired");
        }
        try (InputStream zip =
                functions.openZip(new AccountId(matcher.group(1)), matcher.group(2))) {
            response.status(200)
                    .header("Content-Type", "application/zip")
                    .header("Cache-Control", "no-store")
                    .send(zip, Long.parseLong(matcher.group(3)));
        } catch (NoSuchFileException e) {
            throw new AwsError("NoSuchKey", 404, "The specified key does not exist.");
        }
    }

    private static AwsError denied(String message) {
        return new AwsError("AccessDenied", 403, message);
    }

    private String mac(String claims) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return HexFormat.of()
                    .formatHex(mac.doFinal(claims.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }
}
