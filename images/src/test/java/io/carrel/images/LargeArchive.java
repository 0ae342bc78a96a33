package io.carrel.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carrel.images.layers.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** An archive as {@code docker save} writes it, of an image with one large file. */
final class LargeArchive {

    private LargeArchive() {}

    static void write(Path archive, long bytes) throws IOException {
        Path layer = archive.resolveSibling("layer.tar");
        var hash = Digest.sha256();
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(layer), hash)) {
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                TarArchiveEntry entry = new TarArchiveEntry("large");
                entry.setSize(bytes);
                tar.putArchiveEntry(entry);
                byte[] part = new byte[1 << 20];
                for (long left = bytes; left > 0; left -= part.length) {
                    tar.write(part, 0, (int) Math.min(left, part.length));
                }
                tar.closeArchiveEntry();
            }
        }
        String config = "{\"rootfs\":{\"diff_ids\":[\"%s\"]}}".formatted(Digest.of(hash));
        String manifest = "[{\"Config\":\"c.json\",\"RepoTags\":[\"large:1\"],\"Layers\":[\"layer.tar\"]}]";
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
            put(tar, "c.json", config);
            TarArchiveEntry entry = new TarArchiveEntry("layer.tar");
            entry.setSize(Files.size(layer));
            tar.putArchiveEntry(entry);
            Files.copy(layer, tar);
            tar.closeArchiveEntry();
            put(tar, "manifest.json", manifest);
        }
        Files.delete(layer);
    }

    private static void put(TarArchiveOutputStream tar, String name, String text) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(text.length());
        tar.putArchiveEntry(entry);
        tar.write(text.getBytes(UTF_8));
        tar.closeArchiveEntry();
    }
}
