package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.functions.layers.LayerArchive;
import dev.cloister.functions.layers.LayerKey;
import dev.cloister.functions.layers.LayerVersion;
import dev.cloister.functions.layers.Layers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which layers a function may have, in AWS's wording. Thread-safe. */
final class LayerRules {
    private static final int MAX_LAYERS = 5;
    private static final int MAX_ARN = 2048;

    // The server's own pattern, as its message prints it.
    private static final String FORM =
            "(arn:(aws[a-zA-Z-]*)?:lambda:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})"
                    + ":\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)"
                    + "|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)";
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\\d{12}):layer:([a-zA-Z0-9-_]+)"
                            + ":([0-9]{1,18})");

    /** AWS's own layers; there are none here. */
    private static final Pattern AWS_OWN =
            Pattern.compile("arn:[a-zA-Z0-9-]{1,64}:lambda:::awslayer:[a-zA-Z0-9-_]{1,140}");

    private final Layers layers;
    private final ArtifactShelf shelf;
    private final FunctionIndex index;
    private final CodeUpload upload;

    LayerRules(Layers layers, ArtifactShelf shelf, FunctionIndex index, CodeUpload upload) {
        this.layers = layers;
        this.shelf = shelf;
        this.index = index;
        this.upload = upload;
    }

    /**
     * What a request's layers are, if it names any; their archives stay until this is closed, which
     * is when the function that has them is visible.
     */
    record Resolved(Optional<LayerStack> stack, List<ArtifactShelf.Pin> pins)
            implements AutoCloseable {
        LayerStack orElse(LayerStack other) {
            return stack.orElse(other);
        }

        @Override
        public void close() {
            pins.forEach(ArtifactShelf.Pin::close);
        }
    }

    /**
     * Finds the layers of a request.
     *
     * @throws AwsError if the function can't have them
     */
    Resolved resolve(FunctionKey function, Optional<LayerSelection> given) {
        if (given.isEmpty()) {
            return new Resolved(Optional.empty(), List.of());
        }
        if (given.get().arns().size() > MAX_LAYERS) {
            throw LambdaErrors.invalidParameter("Cannot reference more than 5 layers.");
        }
        List<ArtifactShelf.Pin> pins = new ArrayList<>();
        List<LayerStack.Layer> found = new ArrayList<>();
        Map<LayerKey, String> seen = new HashMap<>();
        boolean done = false;
        try {
            for (String arn : given.get().arns()) {
                Reference reference = parse(arn, function, given.get().caller());
                found.add(layer(reference, function, given.get().caller(), pins));
                String other = seen.put(reference.key, arn);
                if (other != null) {
                    throw LambdaErrors.invalidParameter(
                            "Two different versions of the same layer are not allowed to be"
                                    + " referenced in the same function. "
                                    + other
                                    + " and "
                                    + arn
                                    + " are versions of the same layer.");
                }
            }
            done = true;
            return new Resolved(Optional.of(new LayerStack(found, Optional.empty())), pins);
        } finally {
            if (!done) {
                pins.forEach(ArtifactShelf.Pin::close);
            }
        }
    }

    private record Reference(String arn, LayerKey key, long version) {}

    private static Reference parse(String arn, FunctionKey function, String caller) {
        Matcher matcher = ARN.matcher(arn);
        if (AWS_OWN.matcher(arn).matches()) {
            throw missing(arn);
        }
        if (arn.length() > MAX_ARN || !matcher.matches()) {
            throw LambdaErrors.validation(
                    "[" + arn + "]",
                    "layers",
                    "Member must satisfy constraint: [Member must have length less than or equal to "
                            + MAX_ARN
                            + ", Member must have length greater than or equal to 1, Member must"
                            + " satisfy regular expression pattern: "
                            + FORM
                            + ", Member must not be null]");
        }
        AccountId account = new AccountId(matcher.group(2));
        if (!matcher.group(1).equals(function.region().value())) {
            if (!account.equals(function.account())) {
                throw denied(caller, arn);
            }
            throw LambdaErrors.invalidParameter(
                    "Layers are not in the same region as the function. Layers are expected to be"
                            + " in region "
                            + function.region()
                            + ".");
        }
        Region region = function.region();
        return new Reference(
                arn,
                new LayerKey(account, region, matcher.group(3)),
                Long.parseLong(matcher.group(4)));
    }

    private LayerStack.Layer layer(
            Reference reference,
            FunctionKey function,
            String caller,
            List<ArtifactShelf.Pin> pins) {
        LayerKey key = reference.key;
        Optional<LayerVersion> version = layers.index().find(key, reference.version);
        if (!key.account().equals(function.account())
                && version.filter(v -> layers.allows(key, v, function.account())).isEmpty()) {
            throw denied(caller, reference.arn);
        }
        LayerArchive archive =
                version.map(LayerVersion::archive).orElseThrow(() -> missing(reference.arn));
        pins.add(shelf.pin(ArtifactShelf.zipId(key.account(), archive.sha256())));
        // It may have been deleted before the pin was in.
        if (layers.index().find(key, reference.version).isEmpty()) {
            throw missing(reference.arn);
        }
        return new LayerStack.Layer(
                key.arn(reference.version),
                key.account().value(),
                archive.sha256(),
                archive.zipSize(),
                archive.unzippedSize(),
                archive.signature());
    }

    private static AwsError missing(String arn) {
        return LambdaErrors.invalidParameter("Layer version " + arn + " does not exist.");
    }

    private static AwsError denied(String caller, String arn) {
        return LambdaErrors.accessDenied(
                "User: "
                        + caller
                        + " is not authorized to perform: lambda:GetLayerVersion on resource: "
                        + arn
                        + " because no resource-based policy allows the lambda:GetLayerVersion"
                        + " action");
    }

    /**
     * Checks that code and layers are not too large together.
     *
     * @throws AwsError if they are
     */
    void checkSize(FunctionKey function, VersionContent.Code code, LayerStack stack) {
        if (stack.isEmpty()) {
            return;
        }
        long size = upload.unzippedSize(function.account(), code) + stack.unzippedSize();
        if (size > upload.maxUnzipped()) {
            throw LambdaErrors.invalidParameter(
                    "Function code combined with layers exceeds the maximum allowed size of "
                            + upload.maxUnzipped()
                            + " bytes. The actual size is "
                            + size
                            + " bytes.");
        }
    }

    /** Removes what a refused request's layers may have left behind. */
    void release(Resolved resolved) {
        resolved.close();
        resolved.stack()
                .ifPresent(
                        stack ->
                                shelf.collect(
                                        stack.layers().stream()
                                                .map(
                                                        layer ->
                                                                ArtifactShelf.zipId(
                                                                        layer.owner(),
                                                                        layer.sha256()))
                                                .toList(),
                                        index::needed));
    }
}
