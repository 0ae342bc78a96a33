package io.carrel.images.view;

import io.carrel.fs.spi.TarEntry;
import io.carrel.fs.spi.TarEntry.Extent;
import io.carrel.fs.spi.TarFormatException;
import io.carrel.images.archive.TarReader;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what an archive does, in one pass and without keeping contents. */
final class ArchiveScan {

    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    /** What a union file system of old kept for itself in layers. */
    private static final String RESERVED = ".wh..wh.";

    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_PATH = 4095;

    private final ArchiveBytes archive;
    private final int layer;
    private final Budget budget;
    private final String source;

    ArchiveScan(ArchiveBytes archive, int layer, Budget budget) {
        this.archive = archive;
        this.layer = layer;
        this.budget = budget;
        this.source = archive.file().toString();
    }

    List<LayerChange> changes() throws IOException {
        List<LayerChange> changes = new ArrayList<>();
        try (InputStream in = archive.stream();
                TarReader reader = archive.reader(in)) {
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                budget.content(source, entry.size());
                budget.entry(source, heldBytes(entry));
                LayerChange change = change(entry);
                if (change != null) {
                    changes.add(change);
                }
            }
            // A stream that is compressed has an end of its own.
            if (archive instanceof PlainBytes && !reader.hasEndMark()) {
                throw new RefusedContentException(
                        source, "", "the archive has no end, so it may have been cut off", null);
            }
            drain(in);
        } catch (TarFormatException e) {
            throw new RefusedContentException(source, "", String.valueOf(e.getMessage()), e);
        }
        return changes;
    }

    /** Reads what follows the archive, so that a checksum at the end of a compressed one is looked at. */
    private void drain(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            budget.content(source, read);
        }
    }

    private static long heldBytes(TarEntry entry) {
        long bytes = entry.name().length()
                + entry.target().length()
                + 24L * entry.extents().size();
        for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
            bytes += attribute.getKey().length() + attribute.getValue().length;
        }
        return bytes;
    }

    private @Nullable LayerChange change(TarEntry entry) {
        String name = clean(entry, entry.name());
        String last = name.substring(name.lastIndexOf('/') + 1);
        String parents = "/" + name.substring(0, name.length() - last.length());
        if (parents.contains("/" + RESERVED) || last.startsWith(RESERVED) && !last.equals(OPAQUE)) {
            return null;
        }
        if (parents.contains("/" + WHITEOUT)) {
            throw refuse(entry, "it lies in something that is deleted", null);
        }
        if (last.startsWith(WHITEOUT)) {
            return whiteout(entry, name, last);
        }
        Metadata metadata = Metadata.of(entry);
        return switch (entry.kind()) {
            case FILE -> new LayerChange.Put(name, new Node.File(layer, metadata, content(entry)));
            case DIRECTORY -> new LayerChange.Describe(name, metadata);
            case HARD_LINK -> link(name, clean(entry, entry.target()));
            case SYMBOLIC_LINK -> new LayerChange.Put(name, new Node.Link(layer, metadata, target(entry)));
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {
                if (entry.kind() == TarEntry.Kind.CHARACTER_DEVICE && entry.major() == 0 && entry.minor() == 0) {
                    yield new LayerChange.Erase(name); // as overlayfs takes it
                }
                long device = Node.Special.device(entry.major(), entry.minor());
                int type = LayerChange.specialType(entry.kind());
                yield new LayerChange.Put(name, new Node.Special(layer, metadata, type, device));
            }
        };
    }

    private static @Nullable LayerChange link(String name, String target) {
        return name.equals(target) ? null : new LayerChange.Link(name, target);
    }

    private @Nullable LayerChange whiteout(TarEntry entry, String name, String last) {
        String parent = name.substring(0, name.length() - last.length());
        if (last.equals(OPAQUE)) {
            return new LayerChange.Clear(parent.isEmpty() ? "" : parent.substring(0, parent.length() - 1));
        }
        String hidden = last.substring(WHITEOUT.length());
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw refuse(entry, "it is a whiteout of nothing that has a name", null);
        }
        return new LayerChange.Remove(parent + hidden);
    }

    private Content content(TarEntry entry) {
        List<Extent> extents = entry.extents();
        if (extents.size() == 1 && extents.get(0).length() == entry.size()) {
            return new Content.Piece(archive, extents.get(0).position(), entry.size());
        }
        return extents.isEmpty() && entry.size() == 0
                ? new Content.Piece(archive, 0, 0)
                : new Content.Sparse(archive, extents, entry.size());
    }

    private String target(TarEntry entry) {
        if (entry.target().isEmpty() || entry.target().length() > LONGEST_PATH) {
            throw refuse(
                    entry,
                    "a symbolic link's target has 1 to 4095 bytes, not "
                            + entry.target().length(),
                    null);
        }
        return entry.target();
    }

    /** Names count from the image's root, however they begin; none may go up. */
    private String clean(TarEntry entry, String name) {
        if (name.isEmpty() || name.length() > LONGEST_PATH) {
            throw refuse(entry, "a name has 1 to %d bytes, not %d".formatted(LONGEST_PATH, name.length()), null);
        }
        StringBuilder clean = new StringBuilder(name.length());
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw refuse(entry, "the name \"%s\" leads out of its directory".formatted(RawText.decode(name)), null);
            }
            if (part.length() > LONGEST_NAME) {
                throw refuse(entry, "a part of its name has more than %d bytes".formatted(LONGEST_NAME), null);
            }
            if (!part.isEmpty() && !part.equals(".")) {
                clean.append(clean.isEmpty() ? "" : "/").append(part);
            }
        }
        return clean.toString();
    }

    private RefusedContentException refuse(TarEntry entry, String reason, @Nullable Throwable cause) {
        return new RefusedContentException(source, "entry \"" + RawText.decode(entry.name()) + "\"", reason, cause);
    }
}
