package dev.cloister.signer;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.signer.SignerStore.Authority;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The signing profiles of all accounts, in memory, with their certificates. Thread-safe: edits take
 * turns, and a method returns when its change is durable. A refusal is an {@link
 * dev.cloister.api.AwsError} and has changed nothing.
 */
public final class SigningProfiles {
    private static final int VERSION_LENGTH = 10;
    private static final int MAX_TAGS = 200;
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final SignerStore store;
    private final KeySeal seal;
    private final Certificates certificates;
    private final InstantSource clock;
    private final SecureRandom random;
    private final ReentrantLock edits = new ReentrantLock();
    private final ConcurrentSkipListMap<ProfileKey, SigningProfile> profiles =
            new ConcurrentSkipListMap<>();
    private final Map<Place, Authority> authorities = new ConcurrentHashMap<>();

    private record Place(AccountId account, Region region) {}

    SigningProfiles(SignerStore store, KeySeal seal, InstantSource clock, SecureRandom random) {
        this.store = store;
        this.seal = seal;
        this.certificates = new Certificates(random);
        this.clock = clock;
        this.random = random;
        store.profiles().forEach(profile -> profiles.put(profile.key(), profile));
        store.authorities()
                .forEach(
                        authority ->
                                authorities.put(
                                        new Place(authority.account(), authority.region()),
                                        authority));
    }

    /** Makes a profile with a key of its own; a name is never used again. */
    public SigningProfile put(ProfileKey key, Validity validity, Map<String, String> tags) {
        if (!validity.isAllowed()) {
            throw SignerErrors.validation(
                    "The signature validity period must be 1 to 135 months (or 11 years, or 4110"
                            + " days).");
        }
        edits.lock();
        try {
            SigningProfile old = profiles.get(key);
            if (old != null) {
                throw SignerErrors.validation(
                        "A signing profile with the name "
                                + key.name()
                                + " already exists, with the status "
                                + old.status()
                                + ". Names are not used again.");
            }
            Instant now = clock.instant();
            Authority authority = authority(key, now);
            KeyPair pair = certificates.newKey();
            X509Certificate certificate =
                    certificates.profile(
                            pair,
                            key,
                            Certificates.read(authority.certificate()),
                            seal.open(authority.sealedKey(), owner(authority)),
                            now);
            SigningProfile made =
                    new SigningProfile(
                            key,
                            newVersion(),
                            validity,
                            tags,
                            Certificates.text(certificate),
                            Optional.empty(),
                            Optional.empty());
            store.add(made, seal.seal(pair.getPrivate(), key.account().value(), key.arn()));
            profiles.put(key, made);
            return made;
        } finally {
            edits.unlock();
        }
    }

    private Authority authority(ProfileKey first, Instant now) {
        Place place = new Place(first.account(), first.region());
        Authority known = authorities.get(place);
        if (known != null) {
            return known;
        }
        KeyPair pair = certificates.newKey();
        X509Certificate certificate = certificates.authority(pair, first, now);
        Authority unsealed = new Authority(place.account, place.region, "", "");
        Authority made =
                new Authority(
                        place.account,
                        place.region,
                        Certificates.text(certificate),
                        seal.seal(pair.getPrivate(), place.account.value(), owner(unsealed)));
        store.add(made);
        authorities.put(place, made);
        return made;
    }

    private static String owner(Authority authority) {
        return "arn:aws:signer:" + authority.region() + ":" + authority.account() + ":/authority";
    }

    private String newVersion() {
        StringBuilder version = new StringBuilder();
        for (int i = 0; i < VERSION_LENGTH; i++) {
            version.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return version.toString();
    }

    public Optional<SigningProfile> find(ProfileKey key) {
        return Optional.ofNullable(profiles.get(key));
    }

    /**
     * A profile that must be there.
     *
     * @throws dev.cloister.api.AwsError ResourceNotFoundException
     */
    public SigningProfile require(ProfileKey key) {
        return find(key).orElseThrow(() -> SignerErrors.noProfile(key));
    }

    /** The profile of an ARN, if it is one of that account and region. */
    public Optional<SigningProfile> find(String arn, AccountId account, Region region) {
        return ProfileKey.parse(arn)
                .map(ProfileKey.Named::key)
                .filter(key -> key.account().equals(account) && key.region().equals(region))
                .flatMap(this::find);
    }

    /** The profile of an ARN with version, whoever's it is. */
    Optional<SigningProfile> ofVersion(String versionArn) {
        return ProfileKey.parse(versionArn)
                .flatMap(
                        named ->
                                find(named.key())
                                        .filter(
                                                profile ->
                                                        named.version()
                                                                .equals(
                                                                        Optional.of(
                                                                                profile
                                                                                        .version()))));
    }

    /** Those of an account in a region whose names come after {@code name}, by name. */
    public List<SigningProfile> listAfter(AccountId account, Region region, String name) {
        return List.copyOf(
                profiles.subMap(
                                new ProfileKey(account, region, name),
                                false,
                                new ProfileKey(account, region, "\uffff"),
                                true)
                        .values());
    }

    /** Ends a profile's signing; canceling again changes nothing. */
    public void cancel(ProfileKey key) {
        edit(
                key,
                profile ->
                        profile.status() == SigningProfile.Status.ACTIVE
                                ? profile.canceled(now())
                                : profile);
    }

    /** Takes back the signatures of a profile from a time on, and ends its signing. */
    public void revoke(
            ProfileKey key, String version, Instant effectiveFrom, String reason, String by) {
        edit(
                key,
                profile -> {
                    if (!profile.version().equals(version)) {
                        throw SignerErrors.notFound(
                                "Signing profile not found: " + key.arn(version));
                    }
                    if (profile.revocation().isPresent()) {
                        throw SignerErrors.validation(
                                "The signing profile " + key.name() + " is revoked already.");
                    }
                    return profile.revoked(
                            new SigningProfile.Revocation(effectiveFrom, now(), by, reason));
                });
    }

    /**
     * Adds tags.
     *
     * @throws dev.cloister.api.AwsError BadRequestException if they become too many
     */
    public void tag(ProfileKey key, Map<String, String> tags) {
        edit(
                key,
                profile -> {
                    Map<String, String> all = new TreeMap<>(profile.tags());
                    all.putAll(tags);
                    if (all.size() > MAX_TAGS) {
                        throw SignerErrors.badRequest(
                                "A resource has at most " + MAX_TAGS + " tags.");
                    }
                    return profile.withTags(all);
                });
    }

    /** Removes tags; unknown keys are no error. */
    public void untag(ProfileKey key, List<String> tagKeys) {
        edit(
                key,
                profile -> {
                    Map<String, String> rest = new TreeMap<>(profile.tags());
                    tagKeys.forEach(rest::remove);
                    return profile.withTags(rest);
                });
    }

    private void edit(ProfileKey key, UnaryOperator<SigningProfile> edit) {
        edits.lock();
        try {
            SigningProfile before = require(key);
            SigningProfile after = edit.apply(before);
            if (!after.equals(before)) {
                store.update(after);
                profiles.put(key, after);
            }
        } finally {
            edits.unlock();
        }
    }

    /** The certificate that a profile signs with, then its authority's. */
    List<X509Certificate> chain(SigningProfile profile) {
        Authority authority =
                authorities.get(new Place(profile.key().account(), profile.key().region()));
        if (authority == null) {
            throw new IllegalStateException("no authority is stored for " + profile.key().arn());
        }
        return List.of(
                Certificates.read(profile.certificate()),
                Certificates.read(authority.certificate()));
    }

    PrivateKey privateKey(SigningProfile profile) {
        return seal.open(store.sealedKey(profile.key()), profile.key().arn());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
