package dev.cloister.functions.layers;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;

/** What an account may keep in a region, functions and layers together. */
@FunctionalInterface
public interface StorageQuota {
    /**
     * @param bytes of archives to be added
     * @throws dev.cloister.api.AwsError CodeStorageExceededException
     */
    void check(AccountId account, Region region, long bytes);
}
