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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Loads images from elsewhere. What they are in is told by its content, not by its name. Not thread-safe. */
final class ImageLoader {

    private static final Path NO_FILE = Path.of("");

    private final Workspace workspace;
    private final LoadOptions options;
    private long copied;

    ImageLoader(Workspace workspace, LoadOptions options) {
        this.workspace = workspace;
        this.options = options;
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
        return keep(found(index, directory, layout, source), layout, source);
    }

    private List<FoundImage> fromArchive(InputStream archive, String source, Path file) throws IOException {
        InputStream counted = WatchedInput.counting(new BufferedInputStream(archive), options.progress());
        ArchiveFiles files = ArchiveFiles.read(counted, source, workspace, options.limits());
        Optional<byte[]> index = files.content(StoreLayout.INDEX);
        Optional<DockerArchive> docker = DockerArchive.in(files);
        if (index.isPresent()) {
            List<FoundImage> found =
                    found(Index.parse(index.get(), source + ", " + StoreLayout.INDEX), file, workspace, source);
            return keep(docker.isPresent() ? named(found, docker.get().names()) : found, workspace, source);
        }
        if (docker.isPresent()) {
            return keep(docker.get().images(), workspace, source);
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

    /** Brings all blobs into the workspace. Only now is it known which ones matter. */
    private List<FoundImage> keep(List<FoundImage> images, BlobSource blobs, String source) throws IOException {
        if (images.isEmpty()) {
            throw new RefusedContentException(source, "", "it has no images", null);
        }
        if (options.name().isPresent() && images.size() > 1) {
            throw new IllegalArgumentException("%s has %d images, which cannot all be called %s"
                    .formatted(source, images.size(), options.name().get()));
        }
        List<FoundImage> kept = new ArrayList<>();
        Set<Digest> reached = new LinkedHashSet<>();
        for (FoundImage image : images) {
            Descriptor wanted = wanted(image.descriptor(), blobs, source);
            reached.addAll(ImageTree.of(wanted, blobs).reached());
            kept.add(new FoundImage(wanted, options.name().or(image::reference)));
        }
        if (blobs != workspace) {
            copy(reached, blobs, source);
        }
        return kept;
    }

    private Descriptor wanted(Descriptor root, BlobSource blobs, String source) throws IOException {
        ImageTree tree = ImageTree.of(root, blobs);
        if (tree.images().isEmpty()) {
            throw new RefusedContentException(source, "", "no image of " + root.digest() + " is complete in it", null);
        }
        if (options.platform().isEmpty()) {
            return root;
        }
        Platform platform = options.platform().get();
        return tree.choose(platform)
                .map(ImageParts::descriptor)
                .orElseThrow(() -> Lookup.noSuchPlatform(source, platform, tree));
    }

    private void copy(Set<Digest> reached, BlobSource blobs, String source) throws IOException {
        for (Digest digest : reached) {
            if (blobs.has(digest) && !workspace.has(digest)) {
                long before = copied;
                try (InputStream content = WatchedInput.counting(blobs.open(digest), count -> {
                    copied = before + count;
                    options.progress().accept(copied);
                })) {
                    workspace.add(digest, content, source, StoreLayout.BLOBS + "/" + digest.hex());
                }
            }
        }
    }
}
