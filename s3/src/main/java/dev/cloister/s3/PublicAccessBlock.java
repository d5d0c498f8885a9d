package dev.cloister.s3;

/**
 * What a bucket's owner rules out whatever its policy says ("Blocking public access to your Amazon
 * S3 storage"). There are no ACLs, so that the two about them are kept and have nothing to block.
 *
 * @param blockPolicy whether a policy that is public can't be put
 * @param restrictBuckets whether a public policy opens the bucket to its own account alone
 */
public record PublicAccessBlock(
        boolean blockAcls, boolean ignoreAcls, boolean blockPolicy, boolean restrictBuckets) {
    /** As AWS makes buckets. */
    public static final PublicAccessBlock ALL = new PublicAccessBlock(true, true, true, true);

    /** Nothing is ruled out. */
    public static final PublicAccessBlock NONE = new PublicAccessBlock(false, false, false, false);

    int bits() {
        return (blockAcls ? 1 : 0)
                | (ignoreAcls ? 2 : 0)
                | (blockPolicy ? 4 : 0)
                | (restrictBuckets ? 8 : 0);
    }

    static PublicAccessBlock of(int bits) {
        return new PublicAccessBlock(
                (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0);
    }
}
