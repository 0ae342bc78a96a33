package io.carrel.fs.layers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;

/** Takes an archive's compression away and computes both digests: what the calling thread of {@link LayerApplier} does. */
final class Unpacking {

    private static final int READ_AHEAD = 128 * 1024;

    private final ArchiveInput archive;
    private final LayerLimits limits;
    private final Refusal refusal;
    private final MessageDigest hash = Digest.sha256();

    Unpacking(ArchiveInput archive, LayerLimits limits, String source) {
        this.archive = archive;
        this.limits = limits;
        this.refusal = new Refusal(source);
    }

    /** Hands the whole content over. */
    Digest into(ChunkPipe pipe) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(archive, READ_AHEAD);
        Compression compression = Compression.of(buffered);
        try (InputStream content = compression.open(buffered)) {
            copy(content, pipe);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            if (archive.failed()) {
                throw e;
            }
            throw refusal.archive("its compression (%s) is damaged: %s".formatted(compression, e.getMessage()), e);
        }
        return Digest.of(hash);
    }

    private void copy(InputStream content, ChunkPipe pipe) throws IOException {
        long total = 0;
        while (true) {
            byte[] chunk = pipe.array();
            int count = content.readNBytes(chunk, 0, chunk.length);
            if (count == 0) {
                break;
            }
            total += count;
            if (total > limits.unpackedBytes()) {
                throw refusal.archive("it is larger than its limits allow: " + limits, null);
            }
            hash.update(chunk, 0, count);
            if (!pipe.put(chunk, count)) {
                return;
            }
        }
        drain();
        pipe.end();
    }

    /** What follows the compressed content counts for the digest too. */
    private void drain() throws IOException {
        byte[] rest = new byte[8192];
        while (archive.read(rest, 0, rest.length) >= 0) {
            // Reading hashes.
        }
    }

    Digest digest() {
        return archive.digest();
    }

    long archiveBytes() {
        return archive.count();
    }
}
