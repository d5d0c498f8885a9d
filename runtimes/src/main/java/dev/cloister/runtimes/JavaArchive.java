package dev.cloister.runtimes;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps that store the bootstrap's and the JDK's classes parsed and linked, so that a Java
 * process starts in tens of milliseconds: "Ahead-of-Time Cache" (JEP 483, 514) from Java 25, "Class
 * Data Sharing" before.
 */
final class JavaArchive {
    private static final String JAVA = "/var/lang/bin/java";
    private static final String JAR = "/var/runtime/lib/bootstrap.jar";
    private static final String CLASS_LIST = "/tmp/classes";

    /** Of the machine's own in the temporary folder, which would become part of the image. */
    private static final String NO_FILES = "-XX:-UsePerfData";

    private static final List<String> AS_STARTED =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", NO_FILES);

    /** Makes the bootstrap serve a few invocations of its own, without a Runtime API. */
    private static final String REHEARSAL = "--rehearse";

    private JavaArchive() {}

    static List<Step> steps(int version, String archive) {
        // For processes whose options make the archive below unusable.
        Step standard = new Step.Run(List.of(JAVA, "-Xshare:dump", NO_FILES));
        // Archives for heaps over 32 GB and for compact object headers, which no function has.
        Step otherLayouts = new Step.Remove(List.of("/var/lang/lib/server/classes_*"));
        if (version >= 25) {
            return List.of(
                    standard,
                    java("-XX:AOTCacheOutput=" + archive, "-jar", JAR, REHEARSAL),
                    otherLayouts);
        }
        return List.of(
                standard,
                java("-XX:DumpLoadedClassList=" + CLASS_LIST, "-jar", JAR, REHEARSAL),
                // Objects can be archived by this collector only; every collector can load them.
                new Step.Run(
                        List.of(
                                JAVA,
                                "-Xshare:dump",
                                "-XX:+UseG1GC",
                                NO_FILES,
                                "-XX:SharedClassListFile=" + CLASS_LIST,
                                "-XX:SharedArchiveFile=" + archive,
                                "-cp",
                                JAR)),
                new Step.Remove(List.of(CLASS_LIST)),
                otherLayouts);
    }

    private static Step java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(AS_STARTED);
        command.addAll(List.of(arguments));
        return new Step.Run(command);
    }
}
