package dev.cloister.keys.managed;

import dev.cloister.keys.managed.MaterialInfo.RotationKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The rows of {@code kms_materials}. */
final class MaterialRows {
    private MaterialRows() {}

    /** Material as it is stored. */
    static final class Sealed {
        private final String id;
        private final byte[] bytes;
        private final byte[] publicKey;

        Sealed(String id, byte[] bytes, byte[] publicKey) {
            this.id = id;
            this.bytes = bytes;
            this.publicKey = publicKey;
        }

        String id() {
            return id;
        }

        byte[] bytes() {
            return bytes;
        }

        byte[] publicKey() {
            return publicKey;
        }
    }

    static Optional<Sealed> sealed(Handle handle, String keyId, String materialId) {
        return handle.select(
                        "SELECT sealed, public_key FROM kms_materials WHERE key_id = ? AND"
                                + " material_id = ? AND sealed IS NOT NULL",
                        keyId,
                        materialId)
                .map(
                        (row, context) ->
                                new Sealed(
                                        materialId,
                                        row.getBytes("sealed"),
                                        row.getBytes("public_key")))
                .findOne();
    }

    static List<MaterialInfo> list(Handle handle, String keyId) {
        return handle.select(
                        "SELECT material_id, sealed IS NOT NULL AS is_there, is_current,"
                                + " created_at, rotation, expires_at, description"
                                + " FROM kms_materials WHERE key_id = ? ORDER BY ordinal",
                        keyId)
                .map(
                        (row, context) ->
                                new MaterialInfo(
                                        row.getString("material_id"),
                                        row.getBoolean("is_there"),
                                        row.getBoolean("is_current"),
                                        Instant.ofEpochMilli(row.getLong("created_at")),
                                        Optional.ofNullable(row.getString("rotation"))
                                                .map(RotationKind::valueOf),
                                        KeyRows.instant(row, "expires_at"),
                                        Optional.ofNullable(row.getString("description"))))
                .list();
    }

    /** Adds material, which is the current one from now on. */
    static void add(
            Handle handle, String keyId, Sealed material, Optional<RotationKind> why, Instant now) {
        handle.execute("UPDATE kms_materials SET is_current = 0 WHERE key_id = ?", keyId);
        handle.execute(
                "INSERT INTO kms_materials (key_id, material_id, ordinal, is_current, sealed,"
                        + " public_key, created_at, rotation) VALUES (?, ?, (SELECT"
                        + " COALESCE(MAX(ordinal), 0) + 1 FROM kms_materials WHERE key_id = ?), 1,"
                        + " ?, ?, ?, ?)",
                keyId,
                material.id(),
                keyId,
                material.bytes(),
                material.publicKey(),
                now.toEpochMilli(),
                why.map(Enum::name).orElse(null));
    }

    /** Puts back imported material whose row has stayed, or adds it. */
    static void imported(
            Handle handle,
            String keyId,
            Sealed material,
            Optional<Instant> expiresAt,
            Optional<String> description,
            Instant now) {
        int known =
                handle.execute(
                        "UPDATE kms_materials SET sealed = ? WHERE key_id = ? AND material_id = ?",
                        material.bytes(),
                        keyId,
                        material.id());
        if (known == 0) {
            add(handle, keyId, material, Optional.empty(), now);
        }
        handle.execute(
                "UPDATE kms_materials SET expires_at = ?, description = ? WHERE key_id = ? AND"
                        + " material_id = ?",
                expiresAt.map(Instant::toEpochMilli).orElse(null),
                description.orElse(null),
                keyId,
                material.id());
    }

    /** Overwrites and forgets imported material; its row stays to know it again. */
    static void forget(Handle handle, String keyId) {
        handle.execute(
                "UPDATE kms_materials SET sealed = zeroblob(length(sealed)) WHERE key_id = ? AND"
                        + " sealed IS NOT NULL",
                keyId);
        handle.execute(
                "UPDATE kms_materials SET sealed = NULL, expires_at = NULL WHERE key_id = ?",
                keyId);
    }

    static int rotationsOnDemand(Handle handle, String keyId) {
        return handle.select(
                        "SELECT COUNT(*) FROM kms_materials WHERE key_id = ? AND rotation ="
                                + " 'ON_DEMAND'",
                        keyId)
                .mapTo(Integer.class)
                .one();
    }
}
