package dev.cloister.functions;

import dev.cloister.functions.signing.CodeSigningConfigs;
import dev.cloister.functions.signing.DeploymentCheck;
import dev.cloister.signer.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds edits of functions to their code signing configurations. Thread-safe. */
final class SignedDeployments {
    private static final Logger LOG = LoggerFactory.getLogger(SignedDeployments.class);

    private final CodeSigningConfigs configs;
    private final DeploymentCheck check;
    private final ArtifactShelf shelf;

    SignedDeployments(CodeSigningConfigs configs, DeploymentCheck check, ArtifactShelf shelf) {
        this.configs = configs;
        this.check = check;
        this.shelf = shelf;
    }

    /**
     * An archive that is about to be deployed.
     *
     * @param arn of its function or layer version
     */
    record Deployed(String arn, Finding finding) {}

    /** Looks for an archive's signature, before any lock is taken. */
    Finding examine(byte[] zip) {
        return check.examine(zip);
    }

    /** A function's code and its layers; the caller keeps the layers' archives. */
    List<Deployed> archives(FunctionKey key, Finding code, LayerStack layers) {
        List<Deployed> all = new ArrayList<>();
        all.add(new Deployed(key.arn(), code));
        all.addAll(archives(layers));
        return all;
    }

    /** A function's layers; the caller keeps their archives. */
    List<Deployed> archives(LayerStack layers) {
        return layers.layers().stream()
                .map(layer -> new Deployed(layer.arn(), check.examine(read(layer))))
                .toList();
    }

    private byte[] read(LayerStack.Layer layer) {
        try (InputStream zip =
                shelf.open(ArtifactShelf.zipId(layer.owner(), layer.sha256()), layer.sha256())) {
            return zip.readAllBytes();
        } catch (IOException e) {
            LOG.error("the archive of {} can't be read", layer.arn(), e);
            throw LambdaErrors.service("A layer can't be read.");
        }
    }

    /**
     * Deploys archives if the function's configuration lets them all, which stays as it is until
     * the deployment is done.
     *
     * @param configArn of the function's configuration, if it has one
     * @param archives asked for only where there is a configuration
     * @throws dev.cloister.api.AwsError if there is no such configuration, or it refuses an archive
     */
    <T> T deploy(
            FunctionKey key,
            Optional<String> configArn,
            Supplier<List<Deployed>> archives,
            Supplier<T> deployment) {
        if (configArn.isEmpty()) {
            return deployment.get();
        }
        return configs.using(
                configArn.get(),
                key.account(),
                key.region(),
                config -> {
                    archives.get().forEach(a -> check.check(config, a.finding, a.arn));
                    return deployment.get();
                });
    }

    /**
     * Checks within an edit that a function still has the configuration that its archives were held
     * to.
     */
    static void checkSame(FunctionRecord checked, FunctionRecord now) {
        if (!checked.traits().codeSigningConfigArn().equals(now.traits().codeSigningConfigArn())) {
            throw LambdaErrors.conflict(
                    "The operation cannot be performed at this time. The code signing"
                            + " configuration was changed for resource: "
                            + now.key().arn());
        }
    }
}
