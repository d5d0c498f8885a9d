package dev.cloister.runtimes;

import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import dev.cloister.runtimes.Step.ShippedFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The recipe of each managed runtime. Names and values in the environments are AWS's: "Using Lambda
 * environment variables", AWS Lambda Developer Guide.
 */
final class Recipes {
    private static final String BOOKWORM = "bookworm";
    private static final String TRIXIE = "trixie";

    /** A small user space: what scripts expect, certificates, time zones, names of services. */
    private static final List<String> USER_SPACE =
            List.of(
                    "base-files",
                    "bash",
                    "ca-certificates",
                    "coreutils",
                    "dash",
                    "findutils",
                    "grep",
                    "gzip",
                    "libc-bin",
                    "locales",
                    "netbase",
                    "openssl",
                    "sed",
                    "tar",
                    "tzdata");

    /** What only package management, manual readers or boot need. */
    private static final List<String> NOT_NEEDED =
            List.of(
                    "/boot",
                    "/etc/alternatives",
                    "/etc/apt",
                    "/etc/cron*",
                    "/etc/debconf.conf",
                    "/etc/dpkg",
                    "/etc/fstab",
                    "/etc/init.d",
                    "/etc/kernel",
                    "/etc/logrotate.d",
                    "/etc/pam*",
                    "/etc/security",
                    "/etc/update-motd.d",
                    "/games",
                    "/home/*",
                    "/lib32",
                    "/libx32",
                    "/lib/systemd",
                    "/lib/udev",
                    "/media",
                    "/root/.??*",
                    "/srv",
                    "/usr/bin/chage",
                    "/usr/bin/chfn",
                    "/usr/bin/chsh",
                    "/usr/bin/deb*",
                    "/usr/bin/dpkg*",
                    "/usr/bin/dselect",
                    "/usr/bin/mount",
                    "/usr/bin/su",
                    "/usr/bin/umount",
                    "/usr/games",
                    "/usr/include",
                    "/usr/lib32",
                    "/usr/libx32",
                    "/usr/lib/apt",
                    "/usr/lib/dpkg",
                    "/usr/lib/systemd",
                    "/usr/lib/tmpfiles.d",
                    "/usr/lib/udev",
                    "/usr/local/man",
                    "/usr/sbin/dpkg*",
                    "/usr/sbin/pam*",
                    "/usr/sbin/unix_*",
                    "/usr/sbin/update-*",
                    "/usr/share/apport",
                    "/usr/share/bash-completion",
                    "/usr/share/bug",
                    "/usr/share/common-licenses",
                    "/usr/share/debconf",
                    "/usr/share/debianutils",
                    "/usr/share/doc",
                    "/usr/share/doc-base",
                    "/usr/share/dpkg",
                    "/usr/share/i18n",
                    "/usr/share/info",
                    "/usr/share/libc-bin",
                    "/usr/share/lintian",
                    "/usr/share/locale",
                    "/usr/share/man",
                    "/usr/share/menu",
                    "/usr/share/pam*",
                    "/usr/share/perl5",
                    "/usr/share/pixmaps",
                    "/usr/share/polkit*",
                    "/usr/src",
                    "/var/backups",
                    "/var/cache/*",
                    "/var/lib/*",
                    "/var/local",
                    "/var/log/*",
                    "/var/mail",
                    "/var/opt",
                    "/var/spool");

    private Recipes() {}

    /**
     * @throws IllegalArgumentException if the catalog names a runtime that has no recipe
     */
    static Recipe of(ManagedRuntime runtime) {
        return switch (runtime.identifier()) {
            case "python3.11" -> python(runtime, BOOKWORM, "3.11");
            case "python3.13" -> python(runtime, TRIXIE, "3.13");
            case "nodejs20.x" -> nodejs20(runtime);
            case "nodejs22.x" -> nodejs22(runtime);
            case "java21" -> java(runtime, 21);
            case "java25" -> java(runtime, 25);
            case "ruby3.3" -> ruby(runtime);
            case "provided.al2023" -> provided(runtime);
            default -> throw new IllegalArgumentException("no recipe for " + runtime);
        };
    }

    private static Recipe python(ManagedRuntime runtime, String suite, String version) {
        String python = "/usr/bin/python" + version;
        List<Step> steps =
                new ArrayList<>(
                        List.of(
                                debian(
                                        suite,
                                        "python" + version + "-minimal",
                                        "libpython" + version + "-stdlib"),
                                // Pure Python, so trixie's serves every version; bookworm's is too
                                // old to know AWS_ENDPOINT_URL.
                                new Step.DebianFolder(
                                        TRIXIE,
                                        List.of("python3-boto3"),
                                        "/usr/lib/python3/dist-packages",
                                        "/var/runtime"),
                                new Step.Remove(
                                        List.of(
                                                "/var/runtime/chardet*",
                                                "/usr/lib/python3/dist-packages")),
                                // As botocore's own wheels have it.
                                new Step.Gzip("/var/runtime/botocore/data", ".json"),
                                new Step.Common(),
                                new Step.Link("/var/lang/bin/python" + version, python),
                                new Step.Link("/var/lang/bin/python3", python),
                                new Step.Link("/var/lang/bin/python", python),
                                shipped(
                                        file("python/bootstrap", "/var/runtime/bootstrap", true),
                                        file(
                                                "python/bootstrap.py",
                                                "/var/runtime/bootstrap.py",
                                                false)),
                                // Not checked against their sources when they are loaded: they
                                // can't change.
                                new Step.Run(
                                        List.of(
                                                python,
                                                "-m",
                                                "compileall",
                                                "-q",
                                                "-j0",
                                                "--invalidation-mode",
                                                "unchecked-hash",
                                                "/usr/lib/python" + version,
                                                "/var/runtime"))));
        steps.addAll(ending());
        Map<String, String> environment = environment(runtime);
        environment.put("PYTHONPATH", "/var/runtime");
        return recipe(runtime, "python:" + version, steps, environment, true);
    }

    private static Recipe nodejs20(ManagedRuntime runtime) {
        List<Step> steps =
                new ArrayList<>(
                        List.of(
                                debian(TRIXIE, "nodejs"),
                                new Step.Common(),
                                new Step.Link("/var/lang/bin/node", "/usr/bin/node")));
        return nodejs(runtime, "20", steps);
    }

    private static Recipe nodejs22(ManagedRuntime runtime) {
        List<Step> steps =
                new ArrayList<>(
                        List.of(
                                debian(TRIXIE, "libstdc++6"),
                                new Step.NpmNode(22, "/var/lang/bin/node"),
                                new Step.Common()));
        return nodejs(runtime, "22", steps);
    }

    private static Recipe nodejs(ManagedRuntime runtime, String major, List<Step> steps) {
        steps.add(
                new Step.NpmModules(
                        List.of(
                                "@aws-sdk/client-cloudwatch-logs",
                                "@aws-sdk/client-dynamodb",
                                "@aws-sdk/client-eventbridge",
                                "@aws-sdk/client-kms",
                                "@aws-sdk/client-lambda",
                                "@aws-sdk/client-s3",
                                "@aws-sdk/client-secrets-manager",
                                "@aws-sdk/client-sns",
                                "@aws-sdk/client-sqs",
                                "@aws-sdk/client-ssm",
                                "@aws-sdk/client-sts",
                                "@aws-sdk/lib-dynamodb"),
                        "/var/runtime"));
        steps.add(
                shipped(
                        file("nodejs/bootstrap", "/var/runtime/bootstrap", true),
                        file("nodejs/bootstrap.js", "/var/runtime/bootstrap.js", false)));
        steps.addAll(ending());
        Map<String, String> environment = environment(runtime);
        environment.put(
                "NODE_PATH",
                "/opt/nodejs/node"
                        + major
                        + "/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules"
                        + ":/var/runtime:/var/task");
        return recipe(runtime, "nodejs:" + major, steps, environment, true);
    }

    private static Recipe java(ManagedRuntime runtime, int version) {
        String archive =
                version >= 25 ? "/var/runtime/lib/bootstrap.aot" : "/var/runtime/lib/bootstrap.jsa";
        List<Step> steps =
                new ArrayList<>(
                        List.of(
                                debian(TRIXIE, "openjdk-" + version + "-jre-headless"),
                                new Step.Move(
                                        "/usr/lib/jvm/java-"
                                                + version
                                                + "-openjdk-"
                                                + debianArchitecture(),
                                        "/var/lang"),
                                new Step.Remove(List.of("/usr/lib/jvm", "/var/lang/man")),
                                new Step.Common(),
                                new Step.JavaTrustStore("/etc/ssl/certs/java/cacerts"),
                                shipped(
                                        file(
                                                "java/bootstrap" + version,
                                                "/var/runtime/bootstrap",
                                                true),
                                        file(
                                                "java/bootstrap.jar",
                                                "/var/runtime/lib/bootstrap.jar",
                                                false),
                                        file(
                                                "java/aws-lambda-java-core.jar",
                                                "/var/runtime/lib/aws-lambda-java-core.jar",
                                                false),
                                        file(
                                                "java/aws-lambda-java-serialization.jar",
                                                "/var/runtime/lib/aws-lambda-java-serialization.jar",
                                                false))));
        steps.addAll(ending());
        // After the times of the jars are settled: a class archive records them.
        steps.addAll(JavaArchive.steps(version, archive));
        return recipe(runtime, "java:" + version, steps, environment(runtime), true);
    }

    private static Recipe ruby(ManagedRuntime runtime) {
        List<Step> steps =
                new ArrayList<>(
                        List.of(
                                debian(TRIXIE, "ruby3.3"),
                                new Step.Common(),
                                new Step.Link("/var/lang/bin/ruby", "/usr/bin/ruby3.3"),
                                shipped(
                                        file("ruby/bootstrap", "/var/runtime/bootstrap", true),
                                        file(
                                                "ruby/bootstrap.rb",
                                                "/var/runtime/bootstrap.rb",
                                                false))));
        steps.addAll(ending());
        Map<String, String> environment = environment(runtime);
        environment.put("GEM_HOME", "/var/runtime");
        environment.put("GEM_PATH", "/var/task/vendor/bundle/ruby/3.3.0:/opt/ruby/gems/3.3.0");
        environment.put("RUBYLIB", "/var/task:/var/runtime/lib:/opt/ruby/lib");
        return recipe(runtime, "ruby:3.3", steps, environment, true);
    }

    private static Recipe provided(ManagedRuntime runtime) {
        List<Step> steps =
                new ArrayList<>(
                        List.of(
                                debian(TRIXIE, "curl", "libstdc++6", "mawk"),
                                new Step.Link("/usr/bin/awk", "mawk"),
                                new Step.Common(),
                                shipped(
                                        file("provided/bootstrap", "/var/runtime/bootstrap", true),
                                        file(
                                                "provided/invalid-entrypoint",
                                                "/var/runtime/invalid-entrypoint",
                                                true))));
        steps.addAll(ending());
        Map<String, String> environment = environment(runtime);
        environment.remove("AWS_EXECUTION_ENV");
        return recipe(runtime, "provided:al2023", steps, environment, false);
    }

    private static Recipe recipe(
            ManagedRuntime runtime,
            String versionName,
            List<Step> steps,
            Map<String, String> environment,
            boolean canPrepare) {
        return new Recipe(
                runtime,
                versionName,
                steps,
                List.of("/var/runtime/bootstrap"),
                environment,
                canPrepare);
    }

    private static Step.Debian debian(String suite, String... packages) {
        List<String> all = new ArrayList<>(USER_SPACE);
        all.addAll(List.of(packages));
        return new Step.Debian(suite, all);
    }

    private static Step.Shipped shipped(ShippedFile... files) {
        List<ShippedFile> all = new ArrayList<>(List.of(files));
        all.add(file("common/launch", "/var/runtime/launch", false));
        return new Step.Shipped(all);
    }

    private static ShippedFile file(String resource, String to, boolean executable) {
        return new ShippedFile(resource, to, executable);
    }

    private static List<Step> ending() {
        return List.of(new Step.Remove(NOT_NEEDED), new Step.Seal());
    }

    private static Map<String, String> environment(ManagedRuntime runtime) {
        Map<String, String> environment = new HashMap<>();
        environment.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + runtime.identifier());
        environment.put("PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin");
        environment.put(
                "LD_LIBRARY_PATH",
                "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task"
                        + ":/var/task/lib:/opt/lib");
        environment.put("LANG", "en_US.UTF-8");
        environment.put("TZ", ":UTC");
        environment.put("SHLVL", "0");
        environment.put("LAMBDA_TASK_ROOT", "/var/task");
        environment.put("LAMBDA_RUNTIME_DIR", "/var/runtime");
        environment.put("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR");
        environment.put("AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1:2000");
        environment.put("_AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1");
        environment.put("_AWS_XRAY_DAEMON_PORT", "2000");
        return environment;
    }

    private static String debianArchitecture() {
        String architecture = System.getProperty("os.arch");
        return architecture.equals("aarch64") ? "arm64" : architecture;
    }
}
