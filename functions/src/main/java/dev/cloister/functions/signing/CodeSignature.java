package dev.cloister.functions.signing;

/** The signature of deployed code, as the API shows it. */
public record CodeSignature(String profileVersionArn, String jobArn) {}
