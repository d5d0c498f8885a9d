package dev.cloister.functions.code;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The rules for names in an archive: relative, inside, and writable on Linux. */
final class EntryPath {
    /** Longest path in bytes; with the work folder's own path it stays under PATH_MAX (4096). */
    static final int MAX_PATH = 2048;

    /** Longest component in bytes (NAME_MAX). */
    static final int MAX_COMPONENT = 255;

    /** Most components of a path. */
    static final int MAX_DEPTH = 128;

    private EntryPath() {}

    /**
     * The clean path of an entry: no slash at either end, no empty, {@code .} or {@code ..}
     * component; empty text for the root itself.
     */
    static String clean(String name) throws BadArchiveException {
        refuseIf(name.indexOf('\0') >= 0, "a NUL in a name", name);
        refuseIf(name.indexOf('\\') >= 0, "a backslash in a name", name);
        refuseIf(name.startsWith("/"), "an absolute name", name);
        String path = name;
        while (path.startsWith("./")) {
            path = path.substring(2);
        }
        if (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        if (path.isEmpty() || path.equals(".")) {
            refuseIf(name.isEmpty(), "an empty name", name);
            return "";
        }
        refuseIf(length(path) > MAX_PATH, "a name that is too long", name);
        String[] components = path.split("/", -1);
        refuseIf(components.length > MAX_DEPTH, "a name that is too deep", name);
        for (String component : components) {
            refuseIf(component.isEmpty(), "an empty component in a name", name);
            refuseIf(
                    component.equals(".") || component.equals(".."),
                    "a dot component in a name",
                    name);
            refuseIf(length(component) > MAX_COMPONENT, "a component that is too long", name);
        }
        return path;
    }

    /**
     * Checks that a symbolic link stays inside, as written. A chain of links may still lead out:
     * that is harmless, because nothing is ever written through a link and an environment's own
     * root is all there is to reach.
     *
     * @param path of the link, clean
     * @param root the one absolute folder that a link may name, with a slash at its end
     */
    static void checkTarget(String path, String target, String root) throws BadArchiveException {
        refuseIf(target.isEmpty(), "a symbolic link without target", path);
        refuseIf(target.indexOf('\0') >= 0, "a NUL in a symbolic link", path);
        refuseIf(length(target) > MAX_PATH, "a symbolic link that is too long", path);
        List<String> at = new ArrayList<>();
        String relative = target;
        if (target.startsWith(root)) {
            relative = target.substring(root.length());
        } else {
            refuseIf(target.startsWith("/"), "a symbolic link to an absolute path", path);
            at.addAll(List.of(path.split("/", -1)));
            at.removeLast();
        }
        for (String component : relative.split("/", -1)) {
            if (component.equals("..")) {
                refuseIf(at.isEmpty(), "a symbolic link that leads outside", path);
                at.removeLast();
            } else if (!component.isEmpty() && !component.equals(".")) {
                at.add(component);
            }
        }
    }

    /** The parent of a clean path; empty text for the root. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void refuseIf(boolean broken, String what, String name)
            throws BadArchiveException {
        if (broken) {
            String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
            throw BadArchiveException.unreadable(
                    "the archive has " + what + ": " + shown.replaceAll("\\p{Cntrl}", "?"));
        }
    }
}
