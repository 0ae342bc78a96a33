package io.carrel.images.layers;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import io.carrel.fs.internal.DaemonThreads;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks layers of images into a directory. Whatever an archive says, nothing outside the directory is changed: each
 * path is followed as if the directory were the root, see openat2(2), Linux 5.6. Immutable; the same applier can serve
 * many layers, one after another or, for different directories, at the same time.
 *
 * <p>A layer that is refused is unpacked in part: the caller removes the directory.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">OCI layers</a>
 */
public final class LayerApplier {

    private final Path directory;
    private final Whiteouts whiteouts;
    private final Owners owners;
    private LayerLimits limits = LayerLimits.DEFAULT;
    private @Nullable Digest expected;
    private @Nullable Digest expectedDiffId;
    private String source = "layer";
    private LongConsumer progress = bytes -> {};

    private LayerApplier(Path directory, Whiteouts whiteouts, Owners owners) {
        this.directory = requireNonNull(directory, "directory").toAbsolutePath();
        this.whiteouts = requireNonNull(whiteouts, "whiteouts");
        this.owners = requireNonNull(owners, "owners");
    }

    private LayerApplier(LayerApplier other) {
        this(other.directory, other.whiteouts, other.owners);
        limits = other.limits;
        expected = other.expected;
        expectedDiffId = other.expectedDiffId;
        source = other.source;
        progress = other.progress;
    }

    /**
     * Unpacks into this directory.
     *
     * @param directory exists; with {@link Whiteouts#OVERLAY} it is empty
     * @param whiteouts what becomes of deletions
     * @param owners whose the files become; {@link Owners#KEEP} needs privileges
     */
    public static LayerApplier onto(Path directory, Whiteouts whiteouts, Owners owners) {
        return new LayerApplier(directory, whiteouts, owners);
    }

    /** Returns the same, refusing layers that have more; {@link LayerLimits#DEFAULT} if this is not called. */
    public LayerApplier limits(LayerLimits limits) {
        LayerApplier copy = new LayerApplier(this);
        copy.limits = requireNonNull(limits, "limits");
        return copy;
    }

    /** Returns the same, refusing archives with another digest, as they come. */
    public LayerApplier expecting(Digest archive) {
        LayerApplier copy = new LayerApplier(this);
        copy.expected = requireNonNull(archive, "archive");
        return copy;
    }

    /** Returns the same, refusing archives with another digest, without their compression. */
    public LayerApplier expectingDiffId(Digest uncompressed) {
        LayerApplier copy = new LayerApplier(this);
        copy.expectedDiffId = requireNonNull(uncompressed, "uncompressed");
        return copy;
    }

    /** Returns the same, with messages calling the archive so. */
    public LayerApplier named(String source) {
        LayerApplier copy = new LayerApplier(this);
        copy.source = requireNonNull(source, "source");
        return copy;
    }

    /** Returns the same, telling, on the calling thread and often, how many bytes of the archive have been read. */
    public LayerApplier progress(LongConsumer compressedBytes) {
        LayerApplier copy = new LayerApplier(this);
        copy.progress = requireNonNull(compressedBytes, "compressedBytes");
        return copy;
    }

    /**
     * Unpacks a layer: a tar archive, also compressed by gzip or zstd, which its first bytes tell. The stream is read
     * to its end and not closed.
     *
     * @throws RefusedContentException if the archive is damaged, is not the expected one, or would do what it must not
     * @throws io.carrel.linux.SyscallException if a file cannot be made, for example because the disk is full
     * @throws IOException if the stream cannot be read
     */
    public AppliedLayer apply(InputStream archive) throws IOException {
        requireNonNull(archive, "archive");
        Unpacking unpacking = new Unpacking(archive, progress, limits, source);
        ChunkPipe pipe = new ChunkPipe();
        CompletableFuture<LayerReading.Contents> writing = startWriting(pipe);
        Digest diffId;
        try {
            diffId = unpacking.into(pipe);
        } catch (IOException | RuntimeException | Error e) {
            pipe.breakOff();
            writing.handle((contents, failure) -> "over").join();
            throw e;
        }
        LayerReading.Contents contents = written(writing);
        AppliedLayer applied = new AppliedLayer(
                unpacking.digest(),
                diffId,
                unpacking.archiveBytes(),
                contents.bytes(),
                contents.entries(),
                contents.implied(),
                contents.deleting());
        check(applied);
        return applied;
    }

    private CompletableFuture<LayerReading.Contents> startWriting(ChunkPipe pipe) {
        boolean unchecked = expected == null && expectedDiffId == null;
        LayerReading reading = new LayerReading(directory, whiteouts, owners, limits, new Refusal(source), unchecked);
        CompletableFuture<LayerReading.Contents> result = new CompletableFuture<>();
        DaemonThreads.named("carrel-layer")
                .newThread(() -> {
                    try {
                        result.complete(reading.read(pipe));
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    } finally {
                        pipe.abandon();
                    }
                })
                .start();
        return result;
    }

    private static LayerReading.Contents written(CompletableFuture<LayerReading.Contents> writing) throws IOException {
        try {
            return writing.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException failure) {
                throw failure;
            }
            if (cause != null) {
                Throwables.throwIfUnchecked(cause);
            }
            throw e;
        }
    }

    private void check(AppliedLayer applied) {
        if (expected != null) {
            LayerDigest.check("digest", expected, applied.digest(), source);
        }
        if (expectedDiffId != null) {
            LayerDigest.check("digest without compression", expectedDiffId, applied.diffId(), source);
        }
    }
}
