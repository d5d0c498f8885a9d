package dev.cloister.signer;

/** Objects in buckets, read and written with the rights of who asks for a signature. */
public interface SigningObjects {

    /**
     * @param most the most bytes that it may have
     * @throws dev.cloister.api.AwsError if it can't be read or is larger, in Signer's codes
     */
    byte[] read(String bucket, String key, String version, long most);

    /**
     * @throws dev.cloister.api.AwsError if it can't be written, in Signer's codes
     */
    void write(String bucket, String key, byte[] content);
}
