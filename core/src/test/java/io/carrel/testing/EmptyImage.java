package io.carrel.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carrel.images.Descriptor;
import io.carrel.images.ImageConfig;
import io.carrel.images.ImageDefaults;
import io.carrel.images.Index;
import io.carrel.images.Manifest;
import io.carrel.images.Platform;
import io.carrel.images.layers.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An image without files, as other tools make it. */
public final class EmptyImage {

    private static final String TYPE = "application/vnd.oci.image.%s.v1";

    private EmptyImage() {}

    /** An OCI layout with it, called {@code empty:1}; it has no layer, or one whose archive has no bytes. */
    public static Path layout(Path directory, boolean hasLayer) throws IOException {
        Path blobs = Files.createDirectories(directory.resolve("blobs/sha256"));
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        List<Descriptor> layers =
                hasLayer ? List.of(blob(blobs, TYPE.formatted("layer") + ".tar", new byte[0])) : List.of();
        List<Digest> diffIds = layers.stream().map(Descriptor::digest).toList();
        ImageConfig config = new ImageConfig(Platform.current(), null, "", ImageDefaults.NONE, diffIds, List.of());
        Descriptor configuration = blob(blobs, TYPE.formatted("config") + "+json", config.format());
        String manifest = TYPE.formatted("manifest") + "+json";
        Descriptor image = blob(blobs, manifest, new Manifest(manifest, configuration, layers, Map.of()).format());
        Descriptor named = new Descriptor(
                manifest, image.digest(), image.size(), null, Map.of("org.opencontainers.image.ref.name", "empty:1"));
        String index = TYPE.formatted("index") + "+json";
        Files.writeString(
                directory.resolve("index.json"),
                new String(new Index(index, List.of(named), Map.of()).format(), UTF_8));
        return directory;
    }

    private static Descriptor blob(Path blobs, String type, byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        Files.write(blobs.resolve(digest.hex()), content);
        return Descriptor.of(type, digest, content.length);
    }
}
