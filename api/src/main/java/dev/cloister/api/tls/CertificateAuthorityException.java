package dev.cloister.api.tls;

/** The authority can't be made or read; the message names the file and what to do. */
public final class CertificateAuthorityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CertificateAuthorityException(String message, Throwable cause) {
        super(message, cause);
    }

    CertificateAuthorityException(String message) {
        super(message);
    }
}
