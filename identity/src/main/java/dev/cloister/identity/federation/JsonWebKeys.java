package dev.cloister.identity.federation;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads a set of keys (RFC 7517); those that no token can be verified with are left out. */
final class JsonWebKeys {
    /** STS: "up to 100 RSA and 100 EC keys". */
    private static final int MOST_KEYS = 200;

    private static final int LEAST_RSA_BITS = 2_048;
    private static final int MOST_RSA_BITS = 8_192;

    /** Larger exponents make verifying slow, and nobody has them. */
    private static final int MOST_EXPONENT_BITS = 32;

    private JsonWebKeys() {}

    /**
     * @throws IllegalArgumentException if it is no list of keys
     */
    static List<VerificationKey> keys(JsonNode list) {
        if (!list.isArray()) {
            throw new IllegalArgumentException("there is no list of keys");
        }
        if (list.size() > MOST_KEYS) {
            throw new IllegalArgumentException("there are more than " + MOST_KEYS + " keys");
        }
        List<VerificationKey> keys = new ArrayList<>();
        for (JsonNode node : list.values()) {
            key(node)
                    .ifPresent(
                            key ->
                                    keys.add(
                                            new VerificationKey(
                                                    text(node, "kid"), key, text(node, "alg"))));
        }
        return keys;
    }

    private static Optional<PublicKey> key(JsonNode node) {
        if (text(node, "use").filter(use -> !use.equals("sig")).isPresent()) {
            return Optional.empty();
        }
        try {
            return switch (text(node, "kty").orElse("")) {
                case "RSA" -> rsa(node);
                case "EC" -> curve(node);
                default -> Optional.empty();
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty(); // a key of a form that nothing can be verified with
        }
    }

    private static Optional<PublicKey> rsa(JsonNode node) throws GeneralSecurityException {
        BigInteger modulus = number(node, "n");
        BigInteger exponent = number(node, "e");
        if (modulus.bitLength() < LEAST_RSA_BITS
                || modulus.bitLength() > MOST_RSA_BITS
                || exponent.bitLength() > MOST_EXPONENT_BITS) {
            return Optional.empty();
        }
        return Optional.of(
                KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(modulus, exponent)));
    }

    private static Optional<PublicKey> curve(JsonNode node) throws GeneralSecurityException {
        Optional<String> name =
                switch (text(node, "crv").orElse("")) {
                    case "P-256" -> Optional.of("secp256r1");
                    case "P-384" -> Optional.of("secp384r1");
                    case "P-521" -> Optional.of("secp521r1");
                    default -> Optional.empty();
                };
        if (name.isEmpty()) {
            return Optional.empty();
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name.get()));
        ECPoint point = new ECPoint(number(node, "x"), number(node, "y"));
        return Optional.of(
                KeyFactory.getInstance("EC")
                        .generatePublic(
                                new ECPublicKeySpec(
                                        point,
                                        parameters.getParameterSpec(ECParameterSpec.class))));
    }

    private static BigInteger number(JsonNode node, String member) {
        String text =
                text(node, member).orElseThrow(() -> new IllegalArgumentException("no " + member));
        return new BigInteger(1, Base64.getUrlDecoder().decode(text));
    }

    private static Optional<String> text(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
    }
}
