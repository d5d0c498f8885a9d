package dev.cloister.secrets.manager;

import dev.cloister.keys.KeyCaller;
import dev.cloister.storage.Database;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Lists of an account's secrets in a region. Thread-safe. */
public final class SecretList {
    private static final int SCANNED_AT_ONCE = 200;
    private static final String TOKEN = "s1";

    private final Database database;
    private final InstantSource clock;

    SecretList(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Which of those whose deletion is under way are shown. */
    public enum Deleted {
        HIDDEN,
        SHOWN
    }

    /**
     * A page of a list.
     *
     * @param next the token of the next page
     */
    public record Page(List<Secret> secrets, Optional<String> next) {
        public Page {
            secrets = List.copyOf(secrets);
        }
    }

    /**
     * @param filters all of which have to fit
     * @param token of the page; empty for the first one
     */
    public Page page(
            KeyCaller caller,
            List<SecretFilter> filters,
            SecretOrder order,
            Deleted deleted,
            Optional<String> token,
            int most) {
        List<Secret> found = new ArrayList<>();
        Optional<SecretOrder.Position> after = token.map(it -> position(it, order));
        while (true) {
            Optional<SecretOrder.Position> from = after;
            List<Secret> scanned =
                    database.read(
                            handle ->
                                    SecretRows.page(
                                            handle,
                                            caller.account(),
                                            caller.region(),
                                            order,
                                            from,
                                            SCANNED_AT_ONCE));
            for (Secret secret : scanned) {
                if (isShown(secret, deleted) && filters.stream().allMatch(it -> it.fits(secret))) {
                    if (found.size() == most) {
                        return new Page(found, Optional.of(token(found.getLast(), order)));
                    }
                    found.add(secret);
                }
            }
            if (scanned.size() < SCANNED_AT_ONCE) {
                return new Page(found, Optional.empty());
            }
            after = Optional.of(order.position(scanned.getLast()));
        }
    }

    private boolean isShown(Secret secret, Deleted deleted) {
        Instant now = clock.instant();
        return secret.deletionAt()
                .map(at -> deleted == Deleted.SHOWN && now.isBefore(at))
                .orElse(true);
    }

    private static String token(Secret secret, SecretOrder order) {
        SecretOrder.Position position = order.position(secret);
        String text = String.join("|", TOKEN, order.by().name(), position.arn(), position.text());
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static SecretOrder.Position position(String token, SecretOrder order) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            String[] parts = text.split("\\|", 4);
            if (parts.length == 4
                    && parts[0].equals(TOKEN)
                    && parts[1].equals(order.by().name())
                    && parts[3].matches(
                            order.by() == SecretOrder.By.NAME ? "n.+" : "t-?[0-9]{1,18}")) {
                return new SecretOrder.Position(parts[3], parts[2]);
            }
        } catch (IllegalArgumentException notBase64) {
            // Refused below.
        }
        throw SecretErrors.invalidToken();
    }
}
