package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.RootFs;
import io.carrel.fs.Upper;
import io.carrel.fs.copy.FileChange;
import io.carrel.fs.copy.UpperChanges;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container changed is read from its kept upper directory. */
@Tag("kernel")
@NeedsProgram("busybox")
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
}
