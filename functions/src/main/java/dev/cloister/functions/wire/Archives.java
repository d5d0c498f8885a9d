package dev.cloister.functions.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.ArchiveSource;
import dev.cloister.functions.ArchiveSource.Location;
import dev.cloister.functions.ArchiveSource.UnreadableException;
import dev.cloister.functions.LambdaErrors;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.FunctionCode;
import software.amazon.awssdk.services.lambda.model.LayerVersionContentInput;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;

/** The archive of a request: in it, or where it says. Thread-safe. */
final class Archives {
    /** Archives from S3 in memory at one time. */
    private static final int AT_ONE_TIME = 2;

    private final ArchiveSource source;
    private final long most;
    private final Semaphore permits = new Semaphore(AT_ONE_TIME, true);

    /**
     * @param most bytes that an archive may have
     */
    Archives(ArchiveSource source, long most) {
        this.source = source;
        this.most = most;
    }

    byte[] of(FunctionCode code, RequestContext context) {
        return of(
                code.zipFile(),
                code.s3Bucket(),
                code.s3Key(),
                code.s3ObjectVersion(),
                "function code",
                context);
    }

    byte[] of(UpdateFunctionCodeRequest code, RequestContext context) {
        return of(
                code.zipFile(),
                code.s3Bucket(),
                code.s3Key(),
                code.s3ObjectVersion(),
                "function code",
                context);
    }

    byte[] of(LayerVersionContentInput content, RequestContext context) {
        return of(
                content.zipFile(),
                content.s3Bucket(),
                content.s3Key(),
                content.s3ObjectVersion(),
                "layer content",
                context);
    }

    private byte[] of(
            @Nullable SdkBytes zip,
            @Nullable String bucket,
            @Nullable String key,
            @Nullable String version,
            String what,
            RequestContext context) {
        if (zip != null) {
            if (bucket != null || key != null || version != null) {
                throw LambdaErrors.invalidParameter(
                        "Please do not provide other FunctionCode parameters when providing a"
                                + " ZipFile.");
            }
            return zip.asByteArrayUnsafe();
        }
        if (bucket == null || key == null) {
            throw LambdaErrors.invalidParameter("Please provide a source for " + what + ".");
        }
        return read(new Location(bucket, key, Optional.ofNullable(version)), context);
    }

    private byte[] read(Location location, RequestContext context) {
        permits.acquireUninterruptibly();
        try {
            return source.read(context, location, most);
        } catch (UnreadableException e) {
            throw refusal(e, location);
        } finally {
            permits.release();
        }
    }

    private static AwsError refusal(UnreadableException e, Location location) {
        String s3 = " S3 Error Code: " + e.code() + ". S3 Error Message: " + e.message();
        if (e.code().equals("AccessDenied")) {
            return new AwsError(
                    "AccessDeniedException",
                    403,
                    "Your access has been denied by S3, please make sure your request credentials"
                            + " have permission to GetObject for "
                            + location.bucket()
                            + "/"
                            + location.key()
                            + "."
                            + s3);
        }
        return LambdaErrors.invalidParameter("Error occurred while GetObject." + s3);
    }
}
