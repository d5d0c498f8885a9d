package dev.cloister.secrets.parameters;

/**
 * How large a parameter's value may be, and how many such parameters there may be in a region (AWS
 * General Reference, "Systems Manager quotas").
 */
public enum ParameterTier {
    STANDARD("Standard", 4_096, 10_000),
    ADVANCED("Advanced", 8_192, 100_000);

    private final String wireName;
    private final int mostBytes;
    private final int mostParameters;

    ParameterTier(String wireName, int mostBytes, int mostParameters) {
        this.wireName = wireName;
        this.mostBytes = mostBytes;
        this.mostParameters = mostParameters;
    }

    /** Its name in requests and answers. */
    public String wireName() {
        return wireName;
    }

    int mostBytes() {
        return mostBytes;
    }

    int mostParameters() {
        return mostParameters;
    }
}
