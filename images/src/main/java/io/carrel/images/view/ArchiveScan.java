package io.carrel.images.view;

import io.carrel.fs.spi.TarEntry;
import io.carrel.fs.spi.TarEntry.Extent;
import io.carrel.fs.spi.TarFormatException;
import io.carrel.images.archive.EntryName;
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
                budget.content(source, entry.content().size());
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
                + 24L * entry.content().extents().size();
        for (Map.Entry<String, byte[]> attribute : entry.metadata().attributes().entrySet()) {
            bytes += attribute.getKey().length() + attribute.getValue().length;
        }
        return bytes;
    }

    private @Nullable LayerChange change(TarEntry entry) {
        EntryName parsed = parse(entry, entry.name());
        if (parsed.isAufsNote()) {
            return null;
        }
        if (parsed.liesInWhiteout()) {
            throw refuse(entry, "it lies in something that is deleted", null);
        }
        if (parsed.isOpaque()) {
            return new LayerChange.Clear(parsed.parent());
        }
        if (parsed.isWhiteout()) {
            String deleted = parsed.deleted(reason -> refuse(entry, reason, null));
            return new LayerChange.Remove(new EntryName(parsed.parent(), deleted).path());
        }
        String name = parsed.path();
        Metadata metadata = Metadata.of(entry);
        return switch (entry.kind()) {
            case FILE -> new LayerChange.Put(name, new Node.File(layer, metadata, content(entry)));
            case DIRECTORY -> new LayerChange.Describe(name, metadata);
            case HARD_LINK -> link(name, parse(entry, entry.target()).path());
            case SYMBOLIC_LINK -> new LayerChange.Put(name, new Node.Link(layer, metadata, target(entry)));
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {
                if (entry.isWhiteout()) {
                    yield new LayerChange.Erase(name); // as overlayfs takes it
                }
                long device = Node.Special.device(
                        entry.device().major(), entry.device().minor());
                int type = LayerChange.specialType(entry.kind());
                yield new LayerChange.Put(name, new Node.Special(layer, metadata, type, device));
            }
        };
    }

    private static @Nullable LayerChange link(String name, String target) {
        return name.equals(target) ? null : new LayerChange.Link(name, target);
    }

    private Content content(TarEntry entry) {
        List<Extent> extents = entry.content().extents();
        if (extents.size() == 1 && extents.get(0).length() == entry.content().size()) {
            return new Content.Piece(
                    archive, extents.get(0).position(), entry.content().size());
        }
        return extents.isEmpty() && entry.content().size() == 0
                ? new Content.Piece(archive, 0, 0)
                : new Content.Sparse(archive, extents, entry.content().size());
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
    private EntryName parse(TarEntry entry, String name) {
        if (name.isEmpty()) {
            throw refuse(entry, "a name has 1 to %d bytes, not 0".formatted(LONGEST_PATH), null);
        }
        return EntryName.parse(name, reason -> refuse(entry, reason, null));
    }

    private RefusedContentException refuse(TarEntry entry, String reason, @Nullable Throwable cause) {
        return new RefusedContentException(source, "entry \"" + RawText.decode(entry.name()) + "\"", reason, cause);
    }
}
