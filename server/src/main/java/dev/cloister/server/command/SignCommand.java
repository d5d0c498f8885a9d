package dev.cloister.server.command;

import dev.cloister.server.client.ApiClient;
import dev.cloister.server.client.ClientProfile;
import dev.cloister.server.command.Arguments.Syntax;
import dev.cloister.signer.archive.ArchiveDigests;
import dev.cloister.signer.archive.BadArchiveException;
import dev.cloister.signer.archive.SignableArchive;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code cloister sign}: makes a signed copy of a zip. The zip is digested here and only the
 * digests are sent; the running server signs them with the profile's key, which never leaves it.
 */
record SignCommand(PrintStream out, PrintStream errors) implements Subcommand {
    private static final Pattern PROFILE =
            Pattern.compile("([a-zA-Z0-9_]{2,64})(?:/([a-zA-Z0-9]{10}))?");
    private static final String FORMAT = "application/vnd.cloister.lambda-archive-digests.v1";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Override
    public Syntax syntax() {
        return new Syntax(List.of("--profile", "--output"), List.of(), 2);
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        boolean json = arguments.json();
        Matcher named =
                PROFILE.matcher(
                        arguments
                                .value("--profile")
                                .orElseThrow(() -> new UsageException("--profile is missing")));
        if (!named.matches()) {
            throw new UsageException("--profile takes a signing profile's NAME or NAME/VERSION");
        }
        if (arguments.operands().size() < 2) {
            throw new UsageException("two files are needed: the zip, and the signed zip to make");
        }
        Path source = Path.of(arguments.operands().getFirst());
        Path target = Path.of(arguments.operands().getLast());
        Optional<ClientProfile> profile = ClientProfile.read(arguments.data().credentials());
        if (profile.isEmpty() || !Files.exists(arguments.data().ready())) {
            errors.println("cloister: no server runs on " + arguments.data().root());
            return ExitCode.NOT_RUNNING;
        }
        try (ApiClient client = new ApiClient(profile.get())) {
            String name = named.group(1);
            Optional<String> version = Optional.ofNullable(named.group(2));
            if (version.isPresent() && !version.get().equals(version(client, name))) {
                errors.println(
                        "cloister: the signing profile %s has no version %s"
                                .formatted(name, version.get()));
                return ExitCode.FAILED;
            }
            print(sign(client, name, source, target), target, json);
            return ExitCode.OK;
        } catch (BadArchiveException e) {
            errors.println("cloister: " + source + ": " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private static String version(ApiClient client, String name) {
        byte[] answer =
                client.call(
                                "signer",
                                "GET",
                                "/signing-profiles/" + name,
                                Map.of(),
                                new byte[0],
                                TIMEOUT)
                        .body();
        return JsonMapper.shared().readTree(answer).at("/profileVersion").asString();
    }

    /** Returns SignPayload's answer. */
    private static JsonNode sign(ApiClient client, String profile, Path source, Path target)
            throws IOException, BadArchiveException {
        try (SeekableByteChannel channel = Files.newByteChannel(source);
                SignableArchive archive = SignableArchive.open(channel)) {
            ArchiveDigests digests = archive.digestsToSign();
            Map<String, String> request =
                    Map.of(
                            "profileName",
                            profile,
                            "payload",
                            Base64.getEncoder().encodeToString(digests.toBytes()),
                            "payloadFormat",
                            FORMAT);
            byte[] answer =
                    client.call(
                                    "signer",
                                    "POST",
                                    "/signing-jobs/with-payload",
                                    Map.of("Content-Type", "application/json"),
                                    JsonMapper.shared().writeValueAsBytes(request),
                                    TIMEOUT)
                            .body();
            JsonNode made = JsonMapper.shared().readTree(answer);
            write(
                    archive,
                    digests,
                    Base64.getDecoder().decode(made.at("/signature").asString()),
                    target);
            return made;
        }
    }

    /** The target is there when it is whole, and only if it is what was signed. */
    private static void write(
            SignableArchive archive, ArchiveDigests signed, byte[] signature, Path target)
            throws IOException, BadArchiveException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException(target + " is no file");
        }
        Path part = Files.createTempFile(folder, ".cloister-sign-", ".zip");
        try {
            try (OutputStream file = Files.newOutputStream(part)) {
                archive.writeSigned(file, signature);
            }
            try (SeekableByteChannel channel = Files.newByteChannel(part);
                    SignableArchive made = SignableArchive.open(channel)) {
                if (!made.digests().equals(signed)) {
                    throw new IOException(
                            "the copy of the archive differs from it; was it changed meanwhile?");
                }
            }
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void print(JsonNode made, Path target, boolean json) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("File", target.toString());
        shown.put(
                "SigningProfileVersionArn",
                made.at("/metadata/signingProfileVersionArn").asString());
        shown.put("SigningJobArn", made.at("/metadata/signingJobArn").asString());
        shown.put("SignatureExpiresAt", made.at("/metadata/signatureExpiresAt").asString());
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(shown));
        } else {
            out.println("Signed:  " + shown.get("File"));
            out.println("Profile: " + shown.get("SigningProfileVersionArn"));
            out.println("Job:     " + shown.get("SigningJobArn"));
            out.println("Expires: " + shown.get("SignatureExpiresAt"));
        }
    }
}
