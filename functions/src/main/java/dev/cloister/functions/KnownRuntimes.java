package dev.cloister.functions;

import java.util.Set;

/** AWS's runtime identifiers, so that a refusal can say whether one is old or merely not here. */
final class KnownRuntimes {
    /** Creating and updating is blocked (Developer Guide, "Lambda runtimes"). */
    static final Set<String> DEPRECATED =
            Set.of(
                    "nodejs",
                    "nodejs4.3",
                    "nodejs4.3-edge",
                    "nodejs6.10",
                    "nodejs8.10",
                    "nodejs10.x",
                    "nodejs12.x",
                    "nodejs14.x",
                    "java8",
                    "python2.7",
                    "python3.6",
                    "python3.7",
                    "dotnetcore1.0",
                    "dotnetcore2.0",
                    "dotnetcore2.1",
                    "dotnetcore3.1",
                    "go1.x",
                    "ruby2.5",
                    "ruby2.7",
                    "provided");

    /** In use at AWS. */
    static final Set<String> CURRENT =
            Set.of(
                    "nodejs16.x",
                    "nodejs18.x",
                    "nodejs20.x",
                    "nodejs22.x",
                    "nodejs24.x",
                    "nodejs26.x",
                    "python3.8",
                    "python3.9",
                    "python3.10",
                    "python3.11",
                    "python3.12",
                    "python3.13",
                    "python3.14",
                    "python3.15",
                    "java8.al2",
                    "java11",
                    "java17",
                    "java21",
                    "java25",
                    "dotnet6",
                    "dotnet8",
                    "dotnet10",
                    "ruby3.2",
                    "ruby3.3",
                    "ruby3.4",
                    "ruby4.0",
                    "provided.al2",
                    "provided.al2023");

    private KnownRuntimes() {}
}
