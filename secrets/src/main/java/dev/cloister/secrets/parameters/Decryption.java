package dev.cloister.secrets.parameters;

/** Whether a SecureString is given in clear or as its ciphertext (WithDecryption). */
public enum Decryption {
    ON,
    OFF
}
