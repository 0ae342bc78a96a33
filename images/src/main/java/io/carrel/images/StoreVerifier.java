package io.carrel.images;

import io.carrel.images.layers.Digest;
import io.carrel.images.layers.LayerDigest;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.Errno;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.SyscallException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads everything in a store and compares it with its digests. Not thread-safe. */
final class StoreVerifier {

    private final StoreLayout layout;
    private final Unpacker unpacker;
    private final List<Verification.Damage> damages = new ArrayList<>();
    /** The layers of all images, and whether one of these images is for this machine. */
    private final Map<Layer, Boolean> found = new LinkedHashMap<>();

    /** Blobs whose content is not what their digest says. */
    private final Set<String> damaged = new HashSet<>();

    private int blobs;
    private long bytes;
    private int layers;

    private record Layer(Descriptor archive, Digest diffId) {}

    StoreVerifier(StoreLayout layout, Unpacker unpacker) {
        this.layout = layout;
        this.unpacker = unpacker;
    }

    Verification run() throws IOException {
        for (Path file : DirectoryListing.of(layout.blobs())) {
            verifyBlob(file);
        }
        for (LayoutIndex.Entry entry : LayoutIndex.read(layout.index()).entries()) {
            verifyImage(entry);
        }
        for (Map.Entry<Layer, Boolean> layer : found.entrySet()) {
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
            damaged.add(String.valueOf(file.getFileName()));
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
            boolean isHere = image.isAcceptedBy(Platform.current());
            List<Digest> diffIds = image.config().diffIds();
            for (int i = 0; i < diffIds.size(); i++) {
                Layer layer = new Layer(image.manifest().layers().get(i), diffIds.get(i));
                found.merge(layer, isHere, Boolean::logicalOr);
            }
        }
    }

    /**
     * Whether the layer can be unpacked, and what is unpacked is the same. One at a time: so there must be room for the
     * largest.
     */
    private void verifyLayer(Layer layer, boolean isHere) throws IOException {
        String blob = "blob " + layer.archive().digest();
        if (damaged.contains(layer.archive().digest().hex())) {
            return;
        }
        Path kept = layout.layer(unpacker.owners(), layer.diffId());
        boolean isKept = Files.isDirectory(kept, LinkOption.NOFOLLOW_LINKS);
        try {
            if (isKept || isHere) {
                unpack(layer, kept, isKept);
            } else {
                try (InputStream archive =
                        Files.newInputStream(layout.blob(layer.archive().digest()))) {
                    LayerDigest.check(
                            archive, layer.diffId(), "layer " + layer.archive().digest(), unpacker.limits());
                }
            }
        } catch (RefusedContentException e) {
            damage(
                    blob,
                    "it cannot be unpacked: " + e.getMessage(),
                    "Load an image that is sound in its place, or remove the image.");
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOSPC)) {
                damage(blob, "there is no room to unpack it: " + e.getMessage(), "Make room, and verify again.");
                return;
            }
            damage(blob, "it cannot be unpacked here: " + e.getMessage(), "Nothing, if the image runs elsewhere.");
        }
    }

    private void unpack(Layer layer, Path kept, boolean isKept) throws IOException {
        try (Workspace workspace = Workspace.openToCompare(layout);
                UnpackedLayer comparison = new UnpackedLayer()) {
            // What the archive only implies is as it was below, and cannot be told from it.
            List<Path> lower = isKept ? List.of(kept) : List.of();
            Path fresh = unpacker.unpackInto(workspace, layer.archive(), layer.diffId(), lower);
            if (isKept) {
                layers++;
                comparison
                        .difference(kept, fresh)
                        .ifPresent(difference -> damage(
                                "unpacked layer " + layer.diffId(),
                                difference,
                                "Remove %s when no container runs on it; it is unpacked again when it is needed."
                                        .formatted(kept)));
            }
        }
    }

    private void damage(String place, String reason, String remedy) {
        damages.add(new Verification.Damage(place, reason, remedy));
    }
}
