package dev.cloister.runtimes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a recipe's package sources what a build would take now, without building: apt-get(8)'s
 * simulation by way of mmdebstrap(1) with the sources of a build, Debian's security archive among
 * them, and npm's lock file. Confined to one thread.
 */
final class PackageCheck {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** {@code Inst libc6 (2.41-12+deb13u5 Debian:13.8/stable [amd64])}. */
    private static final Pattern INSTALL =
            Pattern.compile("Inst (\\S+) (?:\\[\\S+\\] )?\\((\\S+) .*");

    private final HostTools tools;
    private final Path scratch;
    private final Map<String, String> offered = new TreeMap<>();
    private int steps;

    PackageCheck(HostTools tools, Path scratch) {
        this.tools = tools;
        this.scratch = scratch;
    }

    /** Name and version of every package, named as {@link ImageBuild} names them. */
    Map<String, String> offered(Recipe recipe) throws IOException {
        for (Step step : recipe.steps()) {
            switch (step) {
                case Step.Debian(String suite, List<String> names) -> debian(suite, names);
                case Step.DebianFolder folder -> debian(folder.suite(), folder.packages());
                case Step.NpmModules modules -> npm(modules.packages());
                case Step.NpmNode node -> npm(List.of(ImageBuild.nodePackage(node)));
                case Step.Shipped _,
                        Step.Move _,
                        Step.Remove _,
                        Step.Gzip _,
                        Step.Link _,
                        Step.Run _,
                        Step.JavaTrustStore _,
                        Step.Common _,
                        Step.Seal _ -> {}
            }
        }
        return offered;
    }

    /**
     * How an image's packages differ from the offered ones. npm's lock file also names packages for
     * other platforms, which no image has: of npm's only those count that the image has.
     */
    static List<PackageChange> changes(Map<String, String> image, Map<String, String> offered) {
        Map<String, String> comparable = new TreeMap<>(offered);
        comparable.keySet().removeIf(name -> !name.startsWith("deb:") && !image.containsKey(name));
        return PackageChange.between(image, comparable);
    }

    private void debian(String suite, List<String> names) throws IOException {
        Path log = scratch.resolve("check-" + steps++);
        new BuildCommands(tools, log)
                .run(
                        "Asking Debian's package index",
                        LIMIT,
                        List.of(
                                tools.require("mmdebstrap", "mmdebstrap").toString(),
                                "--simulate",
                                "--verbose",
                                "--variant=extract",
                                "--mode=root",
                                "--include=" + String.join(",", names),
                                suite,
                                "/dev/null"));
        for (String line : Files.readAllLines(log)) {
            Matcher install = INSTALL.matcher(line);
            if (install.matches()) {
                offered.put("deb:" + install.group(1), install.group(2));
            }
        }
    }

    private void npm(List<String> names) throws IOException {
        Path folder = Files.createDirectory(scratch.resolve("check-npm-" + steps++));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                tools.require("npm", "npm").toString(),
                                "install",
                                "--prefix",
                                folder.toString(),
                                "--package-lock-only",
                                "--ignore-scripts",
                                "--no-audit",
                                "--no-fund"));
        command.addAll(names);
        new BuildCommands(tools, scratch.resolve("check-" + steps++))
                .run("Asking npm's package index", LIMIT, command);
        JsonMapper.shared()
                .readTree(Files.readAllBytes(folder.resolve("package-lock.json")))
                .path("packages")
                .properties()
                .forEach(
                        entry ->
                                offered.put(
                                        ImageBuild.npmName(entry.getKey()),
                                        entry.getValue().path("version").asString("")));
    }
}
