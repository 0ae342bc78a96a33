package io.carrel.fs.images;

import io.carrel.fs.layers.Digest;
import io.carrel.fs.layers.Owners;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads everything in a store and compares it with its digests. Not thread-safe. */
final class Verifying {

    private final StoreLayout layout;
    private final Unpacker unpacker;
    private final List<Verification.Damage> damages = new ArrayList<>();
    private final Map<Digest, Descriptor> archives = new LinkedHashMap<>();
    private int blobs;
    private long bytes;
    private int layers;

    Verifying(StoreLayout layout, Owners owners) {
        this.layout = layout;
        this.unpacker = new Unpacker(layout, owners);
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
        for (Map.Entry<Digest, Descriptor> layer : archives.entrySet()) {
            verifyLayer(layer.getKey(), layer.getValue());
        }
        return new Verification(blobs, bytes, layers, damages);
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
            damage(
                    "blob " + file.getFileName(),
                    "its content is that of " + digest,
                    "Remove %s and load the image again.".formatted(file));
        }
    }

    /** An index without any complete image is good for nothing. */
    private void verifyImage(LayoutIndex.Entry entry) throws IOException {
        ImageTree tree = ImageTree.asFarAsSound(entry.descriptor(), new Blobs(layout.blobs()));
        Optional<RefusedContentException> damage = tree.damage();
        if (damage.isPresent()) {
            damages.add(Verification.ofImage(
                    Lookup.name(entry), String.valueOf(damage.get().getMessage())));
        } else if (tree.images().isEmpty()) {
            damages.add(Verification.ofImage(Lookup.name(entry), "no image of it is complete"));
        }
        for (ImageParts image : tree.images()) {
            List<Digest> diffIds = image.config().diffIds();
            for (int i = 0; i < diffIds.size(); i++) {
                archives.put(diffIds.get(i), image.manifest().layers().get(i));
            }
        }
    }

    /** One at a time: so there must be room for the largest. */
    private void verifyLayer(Digest diffId, Descriptor archive) throws IOException {
        Path kept = layout.layer(unpacker.owners(), diffId);
        if (!Files.isDirectory(kept, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Workspace workspace = Workspace.open(layout);
                UnpackedLayer layer = new UnpackedLayer()) {
            // What the archive only implies is as it was below, and cannot be told from it.
            Path fresh = unpacker.unpackInto(workspace, archive, diffId, List.of(kept));
            layers++;
            layer.difference(kept, fresh)
                    .ifPresent(difference -> damage(
                            "unpacked layer " + diffId,
                            difference,
                            "Remove %s when no container runs on it; it is unpacked again when it is needed."
                                    .formatted(kept)));
        } catch (RefusedContentException e) {
            // The archive is the one that is damaged, and its blob's digest has said so.
            if (damages.stream()
                    .noneMatch(
                            damage -> damage.place().endsWith(archive.digest().hex()))) {
                damage(
                        "blob " + archive.digest(),
                        String.valueOf(e.getMessage()),
                        "Load an image that is sound in its place.");
            }
        }
    }

    private void damage(String place, String reason, String remedy) {
        damages.add(new Verification.Damage(place, reason, remedy));
    }
}
