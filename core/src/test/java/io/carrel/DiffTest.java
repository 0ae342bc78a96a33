package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.RootFs;
import io.carrel.fs.Upper;
import io.carrel.fs.copy.FileChange;
import io.carrel.fs.copy.UpperChanges;
import io.carrel.fs.overlay.MergedFile;
import io.carrel.images.view.ImageFileSystem;
import io.carrel.images.view.LayerSource;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container changed is read from its kept upper directory. */
@Tag("kernel")
@NeedsProgram({"busybox", "setfattr", "stat"})
@NeedsKernel(KernelFeature.LAYERS)
class DiffTest {

    @TempDir
    private Path temporary;

    private List<String> diff(Path upper, Path... lower) {
        return UpperChanges.of(upper, List.of(lower)).stream()
                .map(FileChange::toString)
                .filter(line -> line.startsWith("D") || line.contains("/srv"))
                .toList();
    }

    @Test
    void listsWhatTheContainerAddedChangedAndDeleted() throws Exception {
        Layers layers = Layers.in(temporary);
        Path layer = layers.layer("a", "srv/kept/f", "1", "srv/gone", "2", "srv/old/x", "3", "srv/again/low", "4");
        Path kept = temporary.resolve("kept");
        Inside.run(
                Layers.on(RootFs.overlay(layers.busybox(), layer).upper(Upper.kept(kept))),
                "cd /srv; echo 2 > kept/f; rm gone; rm -r old; mkdir -p new/sub; touch new/sub/y;"
                        + " rm -r again; mkdir again; touch again/high");
        Path upper = kept.resolve("upper");

        assertThat(diff(upper, layers.busybox(), layer))
                .containsExactly(
                        "C /srv",
                        "C /srv/again",
                        "D /srv/again/low",
                        "A /srv/again/high",
                        "D /srv/gone",
                        "C /srv/kept",
                        "C /srv/kept/f",
                        "A /srv/new",
                        "A /srv/new/sub",
                        "A /srv/new/sub/y",
                        "D /srv/old");
        assertThat(diff(upper))
                .containsExactly(
                        "C /srv",
                        "A /srv/again",
                        "A /srv/again/high",
                        "D /srv/gone",
                        "C /srv/kept",
                        "C /srv/kept/f",
                        "A /srv/new",
                        "A /srv/new/sub",
                        "A /srv/new/sub/y",
                        "D /srv/old");
    }

    @Test
    void aDirectoryThatNobodyMayReadHidesNothing() throws Exception {
        Layers layers = Layers.in(temporary);
        Path kept = temporary.resolve("kept");
        Inside.run(
                Layers.on(RootFs.overlay(layers.busybox()).upper(Upper.kept(kept))),
                "mkdir -p /srv/locked/in /srv/z; busybox chmod 0 /srv/locked");
        assertThat(diff(kept.resolve("upper"), layers.busybox()))
                .containsExactly("A /srv", "A /srv/locked", "A /srv/locked/in", "A /srv/z");
        assertThat(Outside.run(
                        "stat", "-c", "%a", kept.resolve("upper/srv/locked").toString()))
                .isEqualTo("0");
    }

    /** Deletions by attributes, as overlayfs reads them since Linux 6.7. */
    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void attributesThatDeleteAreReadAsOverlayfsReadsThem() throws Exception {
        Layers layers = Layers.in(temporary);
        Path low = layers.layer("low", "srv/a", "", "srv/d/gone", "", "srv/d/keep", "");
        Path high = layers.layer("high", "srv/a", "", "srv/d/gone", "");
        Outside.run(
                "setfattr",
                "-n",
                "user.overlay.whiteout",
                "-v",
                "y",
                high.resolve("srv/a").toString());
        Outside.run(
                "setfattr",
                "-n",
                "user.overlay.whiteout",
                "-v",
                "y",
                high.resolve("srv/d/gone").toString());
        Outside.run(
                "setfattr",
                "-n",
                "user.overlay.opaque",
                "-v",
                "x",
                high.resolve("srv").toString());
        Outside.run(
                "setfattr",
                "-n",
                "user.overlay.opaque",
                "-v",
                "x",
                high.resolve("srv/d").toString());
        Path top = layers.layer("top", "srv/a", "new", "srv/d/gone", "new");

        assertThat(diff(high, low)).containsExactly("C /srv", "D /srv/a", "C /srv/d", "D /srv/d/gone");
        assertThat(diff(top, low, high)).containsExactly("C /srv", "A /srv/a", "C /srv/d", "A /srv/d/gone");
        try (ImageFileSystem view =
                ImageFileSystem.open(List.of(LayerSource.directory(low), LayerSource.directory(high)))) {
            assertThat(view.getPath("/srv/a")).doesNotExist();
            assertThat(view.getPath("/srv/d/gone")).doesNotExist();
            assertThat(view.getPath("/srv/d/keep")).exists();
        }
    }

    @Test
    void theMountPointsOfEachContainerAreNoChanges() throws Exception {
        Layers layers = Layers.in(temporary);
        Path kept = temporary.resolve("kept");
        Inside.run(Layers.on(RootFs.overlay(layers.busybox()).upper(Upper.kept(kept))), "touch /etc/mine");
        Path upper = kept.resolve("upper");
        assertThat(upper.resolve("etc/hosts")).exists();
        for (List<Path> lower : List.of(List.of(layers.busybox()), List.<Path>of())) {
            assertThat(UpperChanges.of(upper, lower))
                    .extracting(FileChange::toString)
                    .containsExactly("A /etc", "A /etc/mine");
        }
    }

    /** Nothing else was changed in the directory; what has another mode was. */
    @Test
    void aDirectoryOfMountPointsAloneIsNoChange() throws Exception {
        Layers layers = Layers.in(temporary);
        Path layer = layers.layer("etc", "etc/passwd", "");
        Path kept = temporary.resolve("kept");
        Inside.run(Layers.on(RootFs.overlay(layers.busybox(), layer).upper(Upper.kept(kept))), "true");
        Path upper = kept.resolve("upper");
        assertThat(upper.resolve("etc/hosts")).exists();
        assertThat(UpperChanges.of(upper, List.of(layers.busybox(), layer))).isEmpty();
        assertThat(UpperChanges.of(upper, List.of())).isEmpty();

        Inside.run(
                Layers.on(RootFs.overlay(layers.busybox(), layer).upper(Upper.kept(kept))), "busybox chmod 700 /etc");
        assertThat(UpperChanges.of(upper, List.of(layers.busybox(), layer)))
                .extracting(FileChange::toString)
                .containsExactly("C /etc");
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void aUserWhomALayerDeletedIsUnknown() throws Exception {
        Layers layers = Layers.in(temporary);
        Path low = layers.layer("low", "etc/passwd", "fay:x:1234:1234::/:/bin/sh\n");
        Path high = layers.layer("high", "etc/passwd", "");
        Outside.run(
                "setfattr",
                "-n",
                "user.overlay.whiteout",
                "-v",
                "y",
                high.resolve("etc/passwd").toString());
        Outside.run(
                "setfattr",
                "-n",
                "user.overlay.opaque",
                "-v",
                "x",
                high.resolve("etc").toString());
        assertThat(MergedFile.read(List.of(low), "/etc/passwd", 100)).isPresent();
        assertThat(MergedFile.read(List.of(low, high), "/etc/passwd", 100)).isEmpty();
    }
}
