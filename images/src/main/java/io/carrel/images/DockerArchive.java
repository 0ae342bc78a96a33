package io.carrel.images;

import io.carrel.images.compression.Compression;
import io.carrel.images.layers.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code docker save} has written for long: {@code manifest.json} names a configuration and layers. It becomes an
 * OCI manifest; configuration and layers stay byte for byte what they are.
 */
final class DockerArchive {

    static final String MANIFEST = "manifest.json";

    private static final int MOST_IMAGES = 1_000;
    private static final int MOST_NAMES = 1_000;
    private static final Pattern NAMED_BY_DIGEST = Pattern.compile("(?:.*/)?([0-9a-f]{64})(?:\\.json)?");

    private final ArchiveFiles files;
    private final Json document;

    private DockerArchive(ArchiveFiles files, Json document) {
        this.files = files;
        this.document = document;
    }

    /** Empty if the archive has no {@code manifest.json}. */
    static Optional<DockerArchive> in(ArchiveFiles files) throws IOException {
        return files.content(MANIFEST)
                .map(bytes -> new DockerArchive(files, Json.parse(bytes, files.source() + ", " + MANIFEST)));
    }

    /** The names of images, by the digests of their configurations. */
    Map<Digest, List<Reference>> names() {
        Map<Digest, List<Reference>> names = new HashMap<>();
        for (Json image : document.items(MOST_IMAGES)) {
            files.find(image.at("Config").text()).ifPresent(config -> names.put(config, names(image)));
        }
        return names;
    }

    private static List<Reference> names(Json image) {
        List<Reference> names = new ArrayList<>();
        for (Json name : image.at("RepoTags").items(MOST_NAMES)) {
            try {
                names.add(Reference.parse(name.text()));
            } catch (IllegalArgumentException e) {
                throw name.refuse(String.valueOf(e.getMessage()), e);
            }
        }
        return names;
    }

    /** All images, with all their names. */
    List<FoundImage> images() throws IOException {
        List<FoundImage> found = new ArrayList<>();
        for (Json image : document.items(MOST_IMAGES)) {
            Descriptor manifest = files.workspace().add(MediaTypes.MANIFEST, manifest(image));
            List<Reference> names = names(image);
            names.forEach(name -> found.add(new FoundImage(manifest, Optional.of(name))));
            if (names.isEmpty()) {
                found.add(new FoundImage(manifest, Optional.empty()));
            }
        }
        return found;
    }

    private byte[] manifest(Json image) throws IOException {
        Json named = image.at("Config");
        Digest config = file(named);
        Matcher digest = NAMED_BY_DIGEST.matcher(named.text());
        if (digest.matches() && !digest.group(1).equals(config.hex())) {
            throw named.refuse("the file has another content than its name says");
        }
        Descriptor descriptor = Descriptor.of(MediaTypes.CONFIG, config, files.size(config));
        List<Digest> diffIds = ImageConfig.parse(
                        files.workspace().read(descriptor), files.source() + ", " + named.text())
                .diffIds();
        List<Json> paths = image.at("Layers").items(Manifest.MOST_LAYERS);
        if (paths.size() != diffIds.size()) {
            throw image.refuse(
                    "it has %d layers, and its configuration has %d".formatted(paths.size(), diffIds.size()));
        }
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            layers.add(layer(paths.get(i), diffIds.get(i)));
        }
        return new Manifest(MediaTypes.MANIFEST, descriptor, layers, Map.of()).format();
    }

    private Descriptor layer(Json path, Digest diffId) throws IOException {
        Digest digest = file(path);
        Compression compression;
        try (InputStream content = new BufferedInputStream(files.workspace().open(digest))) {
            compression = Compression.of(content, "layer " + digest);
        }
        if (compression == Compression.NONE && !digest.equals(diffId)) {
            throw path.refuse("the layer has the digest %s and should have %s".formatted(digest, diffId));
        }
        return Descriptor.of(MediaTypes.layer(compression), digest, files.size(digest));
    }

    private Digest file(Json path) {
        return files.find(path.text()).orElseThrow(() -> path.refuse(files.missing(path.text())));
    }
}
