package io.carrel.fs.images;

import io.carrel.fs.layers.Digest;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** Reads everything in a store and compares it with its digests. Not thread-safe. */
final class Verifying {

    private final StoreLayout layout;
    private final List<Verification.Damage> damages = new ArrayList<>();
    private int blobs;
    private long bytes;

    Verifying(StoreLayout layout) {
        this.layout = layout;
    }

    Verification run() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.blobs())) {
            for (Path file : files) {
                verifyBlob(file);
            }
        }
        for (LayoutIndex.Entry entry : LayoutIndex.read(layout.index()).entries()) {
            verifyImage(entry);
        }
        return new Verification(blobs, bytes, damages);
    }

    private void verifyBlob(Path file) throws IOException {
        MessageDigest hash = Digest.sha256();
        try (InputStream content = Files.newInputStream(file);
                OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), hash)) {
            bytes += content.transferTo(out);
        }
        blobs++;
        Digest digest = Digest.of(hash);
        if (!file.endsWith(digest.hex())) {
            damage("blob " + file.getFileName(), "its content is that of " + digest);
        }
    }

    /** An index without any complete image is good for nothing. */
    private void verifyImage(LayoutIndex.Entry entry) throws IOException {
        String name = entry.reference()
                .map(Reference::toString)
                .orElse(entry.descriptor().digest().toString());
        try {
            if (ImageTree.of(entry.descriptor(), new Blobs(layout.blobs()))
                    .images()
                    .isEmpty()) {
                damage(name, "no image of it is complete");
            }
        } catch (RefusedContentException e) {
            damage(name, String.valueOf(e.getMessage()));
        }
    }

    private void damage(String place, String reason) {
        damages.add(new Verification.Damage(place, reason));
    }
}
