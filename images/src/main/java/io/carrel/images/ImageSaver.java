package io.carrel.images;

import io.carrel.images.layers.Digest;
import io.carrel.images.layers.WatchedInput;
import io.carrel.linux.RefusedContentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes images for other tools. Blobs are checked on their way out. Not thread-safe. */
final class ImageSaver {

    private final BlobSource blobs;
    private final SaveFormat format;
    private final LongConsumer progress;
    private long done;

    ImageSaver(BlobSource blobs, SaveFormat format, LongConsumer progress) {
        this.blobs = blobs;
        this.format = format;
        this.progress = progress;
    }

    void save(List<Image> images, SaveTarget target) throws IOException {
        LayoutIndex index = LayoutIndex.empty();
        Set<Digest> reached = new LinkedHashSet<>();
        for (Image image : images) {
            Descriptor root = root(image);
            index.put(root, image.reference());
            reached.addAll(ImageTree.of(root, blobs).reached());
        }
        add(target, StoreLayout.MARK, StoreLayout.MARK_CONTENT);
        for (Digest digest : reached) {
            if (blobs.has(digest)) {
                add(target, digest);
            }
        }
        add(target, StoreLayout.INDEX, index.format());
        if (format == SaveFormat.DOCKER) {
            add(target, DockerArchive.MANIFEST, dockerManifest(images));
        }
    }

    /** Docker's archives have no indexes. */
    private Descriptor root(Image image) {
        return format == SaveFormat.DOCKER ? image.parts().descriptor() : image.root();
    }

    /** To a file or directory that is not there yet. */
    void to(Path target, List<Image> images) throws IOException {
        if (format == SaveFormat.OCI_DIRECTORY) {
            SaveFiles.toDirectory(target, directory -> save(images, directory));
        } else {
            SaveFiles.toFile(target, out -> to(out, images));
        }
    }

    /** To a stream, which stays open. */
    void to(OutputStream out, List<Image> images) throws IOException {
        SaveTarget.Archive archive = SaveTarget.Archive.of(out);
        save(images, archive);
        archive.tar().finish();
        out.flush();
    }

    private static void add(SaveTarget target, String name, byte[] content) throws IOException {
        target.add(name, content.length, new ByteArrayInputStream(content));
    }

    private void add(SaveTarget target, Digest digest) throws IOException {
        MessageDigest hash = Digest.sha256();
        long before = done;
        String name = StoreLayout.BLOBS + "/" + digest.hex();
        try (InputStream content = WatchedInput.counting(new DigestInputStream(blobs.open(digest), hash), count -> {
            done = before + count;
            progress.accept(done);
        })) {
            target.add(name, blobs.size(digest).orElseThrow(), content);
        }
        Digest found = Digest.of(hash);
        if (!found.equals(digest)) {
            throw new RefusedContentException("blob " + digest, "", "its content is that of " + found, null);
        }
    }

    /** One entry for each image, with all its names. */
    private static byte[] dockerManifest(List<Image> images) {
        Map<Digest, ObjectNode> entries = new LinkedHashMap<>();
        for (Image image : images) {
            ObjectNode entry = entries.computeIfAbsent(image.digest(), digest -> dockerEntry(image));
            image.reference().ifPresent(name -> entry.withArray("RepoTags").add(name.toString()));
        }
        List<ObjectNode> list = new ArrayList<>(entries.values());
        ArrayNode document = Json.object().putArray("images");
        list.forEach(document::add);
        return Json.format(document);
    }

    private static ObjectNode dockerEntry(Image image) {
        ObjectNode entry = Json.object();
        entry.put("Config", StoreLayout.BLOBS + "/" + image.id().hex());
        entry.putArray("RepoTags");
        ArrayNode layers = entry.putArray("Layers");
        image.manifest()
                .layers()
                .forEach(layer ->
                        layers.add(StoreLayout.BLOBS + "/" + layer.digest().hex()));
        return entry;
    }
}
