package io.carrel.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carrel.images.layers.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** An OCI layout that a test makes byte by byte, so that it can be wrong in any way. */
final class TestImage {

    final Path directory;
    private final List<Descriptor> manifests = new ArrayList<>();

    TestImage(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory.resolve("blobs/sha256"));
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        writeIndex();
    }

    /** A layout with one image of one layer for each text; its layers hold files with these texts. */
    static Path of(Path directory, String name, String... texts) throws IOException {
        TestImage image = new TestImage(directory);
        image.name(image.manifest(Platform.current(), texts), name);
        return directory;
    }

    Descriptor blob(String type, byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        Files.write(directory.resolve("blobs/sha256").resolve(digest.hex()), content);
        return Descriptor.of(type, digest, content.length);
    }

    Descriptor blob(String type, String content) throws IOException {
        return blob(type, content.getBytes(UTF_8));
    }

    Descriptor manifest(Platform platform, String... texts) throws IOException {
        List<Descriptor> layers = new ArrayList<>();
        List<Digest> diffIds = new ArrayList<>();
        for (String text : texts) {
            byte[] layer = layer(text);
            layers.add(blob("application/vnd.oci.image.layer.v1.tar", layer));
            diffIds.add(Digest.of(layer));
        }
        ImageConfig config = new ImageConfig(platform, null, "", ImageDefaults.NONE, diffIds, List.of());
        return manifest(blob(MediaTypes.CONFIG, config.format()), layers);
    }

    Descriptor manifest(Descriptor config, List<Descriptor> layers) throws IOException {
        return blob(MediaTypes.MANIFEST, new Manifest(MediaTypes.MANIFEST, config, layers, Map.of()).format());
    }

    Descriptor index(List<Descriptor> children) throws IOException {
        return blob(MediaTypes.INDEX, new Index(MediaTypes.INDEX, children, Map.of()).format());
    }

    TestImage name(Descriptor descriptor, String name) throws IOException {
        manifests.add(new Descriptor(
                descriptor.mediaType(),
                descriptor.digest(),
                descriptor.size(),
                descriptor.platform(),
                Map.of(LayoutIndex.NAME, name)));
        return writeIndex();
    }

    private TestImage writeIndex() throws IOException {
        Files.write(directory.resolve("index.json"), new Index(MediaTypes.INDEX, manifests, Map.of()).format());
        return this;
    }

    static Descriptor on(Descriptor descriptor, Platform platform) {
        return new Descriptor(
                descriptor.mediaType(), descriptor.digest(), descriptor.size(), platform, descriptor.annotations());
    }

    /** A tar archive with the file {@code text}. */
    static byte[] layer(String text) {
        return tar(Map.of("text", text.getBytes(UTF_8)));
    }

    static byte[] tar(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                entry.setModTime(0); // the same text is the same layer, whenever it is made
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
