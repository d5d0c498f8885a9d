package dev.cloister.tests.product;

import dev.cloister.tests.product.Installation.CommandResult;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Terraform in a folder, against an {@link Installation}. */
public final class Terraform {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String PROVIDER = "registry.terraform.io/hashicorp/aws";

    private final Installation installation;
    private final Path program;
    private final Path providers;
    private final Path folder;

    private Terraform(Installation installation, Path program, Path providers, Path folder) {
        this.installation = installation;
        this.program = program;
        this.providers = providers;
        this.folder = folder;
    }

    /** Terraform with the AWS provider, where this machine has both. Nothing is downloaded. */
    public static Optional<Terraform> find(Installation installation, Path folder) {
        return program()
                .flatMap(
                        program ->
                                providers()
                                        .map(
                                                providers ->
                                                        new Terraform(
                                                                installation,
                                                                program,
                                                                providers,
                                                                folder)));
    }

    private static Optional<Path> program() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry, "terraform"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Terraform's implied local mirrors ("Provider Installation" in its documentation), and folders
     * of the same layout right below {@code /opt}.
     */
    private static Optional<Path> providers() {
        List<Path> folders = new ArrayList<>();
        folders.add(Path.of(System.getProperty("user.home"), ".terraform.d/plugins"));
        folders.add(Path.of("/usr/local/share/terraform/plugins"));
        folders.add(Path.of("/usr/share/terraform/plugins"));
        File[] opt = new File("/opt").listFiles();
        if (opt != null) {
            Stream.of(opt).map(File::toPath).forEach(folders::add);
        }
        return folders.stream()
                .filter(each -> Files.isDirectory(each.resolve(PROVIDER)))
                .findFirst();
    }

    public void init() {
        run("init", "-plugin-dir=" + providers).checked();
    }

    public void apply(String... options) {
        List<String> arguments = new ArrayList<>(List.of("apply", "-auto-approve"));
        arguments.addAll(List.of(options));
        run(arguments.toArray(String[]::new)).checked();
    }

    /**
     * Whether a plan would change anything.
     *
     * @throws IllegalStateException if it fails
     */
    public boolean planSeesChanges(String... options) {
        List<String> arguments = new ArrayList<>(List.of("plan", "-detailed-exitcode"));
        arguments.addAll(List.of(options));
        CommandResult result = run(arguments.toArray(String[]::new));
        return switch (result.status()) {
            case 0 -> false;
            case 2 -> true;
            default -> throw new IllegalStateException("terraform plan:\n" + result.output());
        };
    }

    public void destroy() {
        run("destroy", "-auto-approve").checked();
    }

    private CommandResult run(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.add("-chdir=" + folder);
        command.addAll(List.of(arguments));
        command.add("-no-color");
        command.add("-input=false");
        Map<String, String> variables = new HashMap<>(installation.clientVariables());
        variables.put("TF_CLI_CONFIG_FILE", "/dev/null");
        variables.put("CHECKPOINT_DISABLE", "1");
        return Installation.run(command, variables, LIMIT);
    }
}
