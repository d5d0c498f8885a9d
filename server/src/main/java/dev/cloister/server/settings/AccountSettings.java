package dev.cloister.server.settings;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;

/**
 * The account made at the first start and the region that clients are told to use.
 *
 * @param id fixed once the data folder exists
 * @param region only the default of {@code cloister env}: every region of the credential scope
 *     works
 */
public record AccountSettings(AccountId id, Region region) {}
