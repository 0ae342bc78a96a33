package io.carrel.images.layers;

import io.carrel.fs.spi.TarEntry;
import io.carrel.images.archive.EntryName;
import io.carrel.images.archive.TarLimits;
import io.carrel.images.archive.TarReader;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an archive, entry after entry, and has each written: what one thread of {@link LayerApplier} does. */
final class LayerReading {

    private final Path directory;
    private final Whiteouts whiteouts;
    private final Owners owners;
    private final LayerLimits limits;
    private final Refusal refusal;
    private final boolean needsEndMark;

    /** What was read. */
    record Contents(long bytes, long entries, List<String> implied, List<String> deleting) {}

    LayerReading(
            Path directory,
            Whiteouts whiteouts,
            Owners owners,
            LayerLimits limits,
            Refusal refusal,
            boolean needsEndMark) {
        this.directory = directory;
        this.whiteouts = whiteouts;
        this.owners = owners;
        this.limits = limits;
        this.refusal = refusal;
        this.needsEndMark = needsEndMark;
    }

    Contents read(ChunkPipe pipe) throws IOException {
        String place = new String(directory.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls();
                Descriptor top = Kernel.open("Cannot unpack a layer", place, Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY));
                OpenDirectories directories = new OpenDirectories(top, isRoot(), calls, refusal)) {
            Contents contents = read(new ChunkInput(pipe), calls, attributes, directories);
            refusal.entry("");
            directories.finish();
            return contents;
        }
    }

    private static boolean isRoot() {
        return ProcessStatus.current().effectiveUid() == 0;
    }

    private Contents read(ChunkInput input, FileCalls calls, AttributeCalls attributes, OpenDirectories directories)
            throws IOException {
        calls.doing(() -> "Cannot unpack " + refusal.place());
        Removal removal = new Removal(calls, directories);
        Deletions deletions = new Deletions(whiteouts, calls, attributes, directories, removal);
        ContentWriter content = new ContentWriter(calls, limits, refusal);
        MetadataWriter metadata = new MetadataWriter(owners, calls, attributes, refusal::placeInSource);
        EntryWriter writer =
                new EntryWriter(owners, calls, directories, removal, deletions, metadata, content, refusal);
        long entries = 0;
        try (TarReader tar = new TarReader(input, new TarLimits(limits.headerBytes(), limits.headerBytes()))) {
            for (TarEntry entry = next(tar); entry != null; entry = next(tar)) {
                entries++;
                if (entries > limits.entries()) {
                    throw refusal.because("the layer has more entries than the limit of " + limits.entries());
                }
                apply(entry, tar, writer, deletions);
            }
            refusal.entry("");
            if (needsEndMark && !tar.hasEndMark()) {
                throw refusal.because("the archive has no end, so it may have been cut off");
            }
            drain(input);
        }
        return new Contents(content.written(), entries, directories.undeclared().paths(), deletions.deleting());
    }

    private @Nullable TarEntry next(TarReader tar) throws IOException {
        try {
            return tar.next();
        } catch (IOException e) {
            throw refusal.because("the archive is damaged after this entry: " + e.getMessage(), e);
        }
    }

    private void apply(TarEntry entry, TarReader tar, EntryWriter writer, Deletions deletions) {
        refusal.entry(entry.name());
        EntryName name = EntryName.parse(entry.name(), refusal::because);
        if (name.isAufsNote()) {
            return;
        }
        if (name.liesInWhiteout()) {
            throw refusal.because("the entry lies in something that is deleted");
        }
        if (name.isOpaque()) {
            deletions.makeOpaque(name.parent());
        } else if (name.isWhiteout()) {
            deletions.delete(name.parent(), name.deleted(refusal::because));
        } else if (deletions.isWhiteout(entry) && !name.isRoot()) {
            deletions.erase(name.parent(), name.name());
        } else {
            deletions.made(name.path());
            write(entry, name, tar, writer);
        }
    }

    private void write(TarEntry entry, EntryName name, TarReader tar, EntryWriter writer) {
        try {
            writer.write(entry, name, EntryMetadata.of(entry.metadata(), refusal), tar);
        } catch (IOException e) {
            throw refusal.because("the archive is damaged in this entry: " + e.getMessage(), e);
        }
    }

    private static void drain(ChunkInput input) throws IOException {
        byte[] rest = new byte[8192];
        while (input.read(rest, 0, rest.length) >= 0) {
            // What follows the archive's end counts for its digest alone.
        }
    }
}
