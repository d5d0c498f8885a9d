package dev.cloister.runtimes;

import java.util.List;

/** One step of a {@link Recipe}, done in order on the tree that becomes the image. */
sealed interface Step {

    /** Unpacks Debian packages and what they depend on into the tree, running no package script. */
    record Debian(String suite, List<String> packages) implements Step {
        public Debian {
            packages = List.copyOf(packages);
        }
    }

    /**
     * Unpacks Debian packages elsewhere and takes one folder of theirs: for files that are not
     * bound to a suite, such as pure Python modules.
     *
     * @param from a folder in the packages, absolute
     * @param to a folder in the image, absolute
     */
    record DebianFolder(String suite, List<String> packages, String from, String to)
            implements Step {
        public DebianFolder {
            packages = List.copyOf(packages);
        }
    }

    /** Installs npm packages, without running their scripts, as {@code to}/node_modules. */
    record NpmModules(List<String> packages, String to) implements Step {
        public NpmModules {
            packages = List.copyOf(packages);
        }
    }

    /**
     * Takes Node.js's own binary for this machine's architecture from npm.
     *
     * @param major the release line
     * @param to a file in the image
     */
    record NpmNode(int major, String to) implements Step {}

    /** Copies files that Cloister ships: bootstraps and libraries. */
    record Shipped(List<ShippedFile> files) implements Step {
        public Shipped {
            files = List.copyOf(files);
        }
    }

    /**
     * @param resource relative to this package
     * @param to a file in the image
     */
    record ShippedFile(String resource, String to, boolean executable) {}

    /** Moves a folder or file of the tree. */
    record Move(String from, String to) implements Step {}

    /** Removes files; a pattern's last part may have {@code *}. */
    record Remove(List<String> patterns) implements Step {
        public Remove {
            patterns = List.copyOf(patterns);
        }
    }

    /** Replaces each file with the suffix by a gzip of it, named with {@code .gz} after it. */
    record Gzip(String folder, String suffix) implements Step {}

    /** Makes a symbolic link. */
    record Link(String link, String target) implements Step {}

    /** Runs a program of the tree inside it, as root, without network. */
    record Run(List<String> command) implements Step {
        public Run {
            command = List.copyOf(command);
        }
    }

    /** Writes the trusted certificate authorities as Java's key store. */
    record JavaTrustStore(String to) implements Step {}

    /** Users, names, directories, certificates, locales: what every image has. */
    record Common() implements Step {}

    /**
     * Strips what only package management needs, sets owners, modes and times. Steps after this one
     * must leave modes and times as they are found.
     */
    record Seal() implements Step {}
}
