package io.carrel.images;

import com.google.common.base.Joiner;
import io.carrel.images.layers.Digest;
import io.carrel.images.layers.WatchedInput;
import io.carrel.linux.RefusedContentException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Loads images from elsewhere. What they are in is told by its content, not by its name. Not thread-safe. */
final class ImageLoader {

    private static final Path NO_FILE = Path.of("");

    private final Workspace workspace;
    private final LoadOptions options;
    private final FoundImages images;

    ImageLoader(Workspace workspace, LoadOptions options) {
        this.workspace = workspace;
        this.options = options;
        images = new FoundImages(workspace, options);
    }

    /** From an OCI layout or an archive. */
    List<FoundImage> from(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            return fromDirectory(file);
        }
        try (InputStream archive = Files.newInputStream(file)) {
            return fromArchive(archive, file.toString(), file);
        }
    }

    /** From an archive. */
    List<FoundImage> from(InputStream archive) throws IOException {
        return fromArchive(archive, "the archive", NO_FILE);
    }

    private List<FoundImage> fromDirectory(Path directory) throws IOException {
        LayoutDirectory layout = LayoutDirectory.of(directory);
        String source = directory.toString();
        Index index =
                Index.parse(layout.index(), directory.resolve(StoreLayout.INDEX).toString());
        return images.keep(found(index, directory, layout, source), layout, source);
    }

    private List<FoundImage> fromArchive(InputStream archive, String source, Path file) throws IOException {
        InputStream counted = WatchedInput.counting(new BufferedInputStream(archive), options.progress());
        ArchiveFiles files = ArchiveFiles.read(counted, source, workspace, options.limits());
        Optional<byte[]> index = files.content(StoreLayout.INDEX);
        Optional<DockerArchive> docker = DockerArchive.in(files);
        if (index.isPresent()) {
            List<FoundImage> found =
                    found(Index.parse(index.get(), source + ", " + StoreLayout.INDEX), file, workspace, source);
            return images.keep(docker.isPresent() ? named(found, docker.get().names()) : found, workspace, source);
        }
        if (docker.isPresent()) {
            return images.keep(docker.get().images(), workspace, source);
        }
        throw files.refuse(
                "",
                files.find("repositories").isPresent()
                        ? "archives from before Docker 1.10 are not supported"
                        : "it is neither an OCI layout nor what \"docker save\" writes:"
                                + " it has no file index.json or manifest.json. A file system, as \"docker export\" writes one,"
                                + " is imported, not loaded");
    }

    /**
     * The images that an index names. What else lies beside them is told and left out, unless there are no images at
     * all.
     */
    private List<FoundImage> found(Index index, Path file, BlobSource blobs, String source) throws IOException {
        Artifacts artifacts = new Artifacts(blobs);
        List<FoundImage> images = new ArrayList<>();
        List<LeftOut> others = new ArrayList<>();
        for (Descriptor manifest : index.manifests()) {
            Optional<String> reason = artifacts.whyNoImage(manifest);
            reason.ifPresentOrElse(
                    why -> others.add(new LeftOut(manifest, why)),
                    () -> images.add(new FoundImage(manifest, ImageNames.of(manifest, file))));
        }
        if (images.isEmpty() && !others.isEmpty()) {
            throw new RefusedContentException(
                    source, "", "it has no images: " + Joiner.on("; ").join(others), null);
        }
        others.forEach(options.leftOut());
        return images;
    }

    /** Some tools say only in the other document what the images are called. */
    private List<FoundImage> named(List<FoundImage> images, Map<Digest, List<Reference>> names) throws IOException {
        List<FoundImage> named = new ArrayList<>();
        for (FoundImage image : images) {
            List<Reference> others = image.reference().isPresent() ? List.of() : names(image.descriptor(), names);
            others.forEach(name -> named.add(new FoundImage(image.descriptor(), Optional.of(name))));
            if (others.isEmpty()) {
                named.add(image);
            }
        }
        return named;
    }

    private List<Reference> names(Descriptor root, Map<Digest, List<Reference>> names) throws IOException {
        return ImageTree.of(root, workspace).images().stream()
                .map(image -> names.getOrDefault(image.manifest().config().digest(), List.of()))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }
}
