package dev.cloister.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Opens the connections to one SQLite file, each set up the same way, and checks the file. */
final class SqliteFile {
    private static final Logger log = LoggerFactory.getLogger(SqliteFile.class);

    /** For another process that looks into the file, such as the sqlite3 shell. */
    private static final int BUSY_TIMEOUT_MILLIS = 10_000;

    /** The log file is cut back to this after a checkpoint that has emptied it. */
    private static final int WAL_LEFT_BYTES = 64 << 20;

    /**
     * Larger files are not checked when they are opened: a start has to stay a matter of seconds.
     */
    private static final long CHECKED_AT_OPENING_BYTES = 64L << 20;

    private SqliteFile() {}

    static Connection openForWriting(Path file) {
        makeFile(file);
        SQLiteConfig config = common();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setJournalSizeLimit(WAL_LEFT_BYTES);
        return open(file, config);
    }

    static Connection openForReading(Path file) {
        Connection connection = open(file, common());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = ON");
            return connection;
        } catch (SQLException e) {
            close(connection);
            throw explain(file, e);
        }
    }

    private static SQLiteConfig common() {
        SQLiteConfig config = new SQLiteConfig();
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        return config;
    }

    private static Connection open(Path file, SQLiteConfig config) {
        try {
            return config.createConnection("jdbc:sqlite:" + file);
        } catch (SQLException e) {
            throw explain(file, e);
        }
    }

    /** Makes the file for its owner alone; SQLite gives the files beside it the same mode. */
    private static void makeFile(Path file) {
        try {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            DurableFiles.syncFolder(DurableFiles.parent(file));
        } catch (FileAlreadyExistsException e) {
            log.debug("{} exists", file);
        } catch (IOException e) {
            throw new DatabaseException("could not make the database " + file + ": " + e, e);
        }
    }

    /** Jdbi on one connection, whose transactions are the database's, not the work's. */
    static Jdbi jdbi(Connection connection) {
        Jdbi jdbi = Jdbi.create(connection);
        jdbi.setTransactionHandler(new OwnedTransactions());
        // By default the message shows the arguments, which are other people's data.
        jdbi.getConfig(StatementExceptions.class)
                .setMessageRendering(
                        e ->
                                "%s [statement: %s]"
                                        .formatted(
                                                e.getShortMessage(),
                                                Optional.ofNullable(e.getStatementContext())
                                                        .map(StatementContext::getRawSql)
                                                        .orElse("unknown")));
        return jdbi;
    }

    /** A check of the structure of a file of moderate size. */
    static void check(Path file, Connection connection) {
        try (Statement statement = connection.createStatement()) {
            if (Files.size(file) > CHECKED_AT_OPENING_BYTES) {
                statement.execute("SELECT count(*) FROM sqlite_schema");
                return;
            }
            List<String> findings = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("PRAGMA quick_check(20)")) {
                while (rows.next()) {
                    findings.add(rows.getString(1));
                }
            }
            refuseDamage(file, findings);
        } catch (SQLException e) {
            throw explain(file, e);
        } catch (IOException e) {
            throw new DatabaseException("could not look at " + file + ": " + e, e);
        }
    }

    static void refuseDamage(Path file, List<String> findings) {
        if (!findings.equals(List.of("ok"))) {
            throw new DatabaseException(damaged(file) + " SQLite found: " + findings);
        }
    }

    static DatabaseException explain(Path file, SQLException cause) {
        if (cause instanceof SQLiteException sqlite
                && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_NOTADB
                        || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CORRUPT)) {
            return new DatabaseException(
                    damaged(file) + " SQLite says: " + cause.getMessage(), cause);
        }
        return new DatabaseException(
                "could not open the database " + file + ": " + cause.getMessage(), cause);
    }

    private static String damaged(Path file) {
        return file
                + " is damaged or not a database. Nothing in it was changed: keep a copy with its -wal"
                + " file, then restore a backup.";
    }

    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            log.warn("could not close a connection: {}", e.getMessage());
        }
    }
}
