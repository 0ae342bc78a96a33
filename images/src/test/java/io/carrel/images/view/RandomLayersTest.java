package io.carrel.images.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.RootFs;
import io.carrel.fs.mounts.MountedOverlay;
import io.carrel.images.layers.AppliedLayer;
import io.carrel.images.layers.ImpliedDirectories;
import io.carrel.images.layers.LayerApplier;
import io.carrel.images.layers.Owners;
import io.carrel.images.layers.VoidDeletions;
import io.carrel.images.layers.Whiteouts;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that nobody would make by hand, as overlayfs merges them. */
@Tag("root")
@Tag("long")
class RandomLayersTest {

    private static final int ROUNDS = Integer.getInteger("carrel.rounds", 20);
    private static final List<String> FILES = List.of("a", "b", "c");
    private static final List<String> DIRECTORIES = List.of("d", "e", "f");
    private static final List<Integer> MODES = List.of(0755, 0700, 0711);

    private final Random random = new Random(Long.getLong("carrel.seed", 5));

    @TempDir
    private Path directory;

    @Test
    void mergesAsTheKernelDoes() throws Exception {
        int compared = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path place = Files.createDirectory(directory.resolve("round" + round));
            StringBuilder story = new StringBuilder("round " + round);
            List<LayerSource> layers = new ArrayList<>();
            for (int layer = 0; layer < 3; layer++) {
                layers.add(layer(story.append("\nlayer"), layer > 0).write(place.resolve(layer + ".tar")));
            }
            Map<String, String> ours = ours(layers);
            Map<String, String> theirs = theirs(place);
            if (!ours.isEmpty() && !theirs.isEmpty()) {
                compared++;
                assertThat(ours).as(story.toString()).isEqualTo(theirs);
            }
        }
        assertThat(compared).as("images that both accept").isGreaterThan(ROUNDS / 4);
    }

    private Archive layer(StringBuilder story, boolean upper) {
        Archive archive = new Archive();
        List<String> files = new ArrayList<>();
        for (int entries = 6; entries > 0; entries--) {
            int kind = random.nextInt(upper ? 10 : 7);
            // Mostly what is a directory once is one always, or we refuse nearly everything.
            String name = name(random.nextInt(12) == 0 ? FILES : kind > 2 && kind != 6 ? DIRECTORIES : FILES);
            String parent = name.substring(0, name.lastIndexOf('/') + 1);
            String last = name.substring(name.lastIndexOf('/') + 1);
            String target = (random.nextInt(3) == 0 ? "/" : random.nextBoolean() ? "../" : "") + name(DIRECTORIES);
            kind = kind == 6 && files.isEmpty() ? 0 : kind;
            String file = files.isEmpty() ? "" : files.get(random.nextInt(files.size()));
            story.append("\n ")
                    .append(kind)
                    .append(' ')
                    .append(name)
                    .append(' ')
                    .append(target);
            switch (kind) {
                case 0, 1, 2 -> {
                    archive.mode(0644).file(name, name + entries);
                    files.add(name);
                }
                case 3, 4 ->
                    archive.mode(MODES.get(random.nextInt(MODES.size()))).directory(name);
                case 5 -> archive.mode(0777).link(name, target);
                case 6 -> archive.mode(0644).hardLink(name, file);
                case 7, 8 -> archive.mode(0644).file(parent + ".wh." + last, "");
                default -> archive.mode(0644).file(parent + ".wh..wh..opq", "");
            }
        }
        return archive;
    }

    private String name(List<String> last) {
        StringBuilder name = new StringBuilder();
        for (int depth = random.nextInt(3); depth > 0; depth--) {
            name.append(DIRECTORIES.get(random.nextInt(DIRECTORIES.size()))).append('/');
        }
        return name.append(last.get(random.nextInt(last.size()))).toString();
    }

    /**
     * Without the number of names, as overlayfs counts hidden ones, too, and times, which directories that no entry
     * describes have from when they were unpacked.
     */
    private static Map<String, String> withoutTimes(Path root) throws IOException {
        Map<String, String> lines = new TreeMap<>(Tree.of(root));
        lines.replaceAll(
                (name, line) -> line.replaceFirst("^(\\S+ \\S+) \\S+", "$1").replaceFirst("links=\\S*", ""));
        return lines;
    }

    private static Map<String, String> ours(List<LayerSource> layers) throws IOException {
        try (ImageFileSystem image = ImageFileSystem.open(layers)) {
            return withoutTimes(image.getPath("/"));
        } catch (RefusedContentException e) {
            return Map.of();
        }
    }

    private static Map<String, String> theirs(Path place) throws IOException {
        List<Path> layers = new ArrayList<>();
        for (int layer = 0; layer < 3; layer++) {
            Path directory = Files.createDirectory(place.resolve("layer" + layer));
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            try (InputStream archive = Files.newInputStream(place.resolve(layer + ".tar"))) {
                AppliedLayer applied = LayerApplier.onto(directory, Whiteouts.OVERLAY, Owners.KEEP)
                        .apply(archive);
                VoidDeletions.remove(directory, applied, layers);
                ImpliedDirectories.complete(directory, applied.implied(), layers, Owners.KEEP);
            } catch (RefusedContentException e) {
                return Map.of();
            }
            layers.add(directory);
        }
        Path mounted = Files.createDirectory(place.resolve("mounted"));
        try (MountedOverlay overlay = MountedOverlay.mount(RootFs.overlay(layers), mounted)) {
            return withoutTimes(overlay.directory());
        }
    }
}
