package dev.cloister.bootstrap;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Loads a function's classes: from its folder, its jars and its layers' jars. Of this runtime a
 * function sees {@code aws-lambda-java-core} only, so that its own Jackson, for example, is the one
 * that it uses.
 */
final class FunctionLoader extends URLClassLoader {
    private static final String SHARED = "com.amazonaws.services.lambda.runtime.";
    private static final String NOT_SHARED = SHARED + "serialization.";

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader runtime;

    private FunctionLoader(URL[] places, ClassLoader runtime) {
        super(places, ClassLoader.getPlatformClassLoader());
        this.runtime = runtime;
    }

    /**
     * @param task holds classes, and jars in {@code lib}
     * @param layers holds jars in {@code java/lib}
     */
    static FunctionLoader of(Path task, Path layers) throws IOException {
        List<URL> places = new ArrayList<>();
        places.add(task.toUri().toURL());
        addJars(places, task.resolve("lib"));
        addJars(places, layers.resolve("java").resolve("lib"));
        return new FunctionLoader(
                places.toArray(URL[]::new), FunctionLoader.class.getClassLoader());
    }

    private static void addJars(List<URL> places, Path folder) throws IOException {
        File[] files = folder.toFile().listFiles((ignored, name) -> name.endsWith(".jar"));
        if (files == null) {
            return;
        }
        Arrays.sort(files);
        for (File file : files) {
            places.add(file.toURI().toURL());
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith(SHARED) && !name.startsWith(NOT_SHARED)) {
            try {
                return runtime.loadClass(name);
            } catch (ClassNotFoundException notOfTheCore) {
                // Another library's class in the same package, such as the events'.
                return super.loadClass(name, resolve);
            }
        }
        return super.loadClass(name, resolve);
    }
}
