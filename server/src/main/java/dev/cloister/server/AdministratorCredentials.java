package dev.cloister.server;

import dev.cloister.api.SecretText;

/** The access key of the account's administrator, made at the first start. */
public record AdministratorCredentials(String accessKeyId, SecretText secretAccessKey) {}
