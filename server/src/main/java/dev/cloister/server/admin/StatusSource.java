package dev.cloister.server.admin;

/** Knows the state of the running server. Thread-safe; answers from memory. */
@FunctionalInterface
public interface StatusSource {

    Status status();
}
