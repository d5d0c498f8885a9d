package dev.cloister.identity.directory;

/** The name that an account goes by instead of its number; it has one at most. */
public record AccountAlias(String name) implements AccountItem {}
