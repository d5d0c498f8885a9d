package dev.cloister.worker.sandbox;

/** What a sandbox does about a runtime that deletes its cgroup with each process. */
interface OciCgroup {

    /** Reads what would be lost. */
    void beforeDeletion();

    /** Makes the cgroup again, with its limits. */
    void afterDeletion();
}
