package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.images.Image;
import io.carrel.images.ImageStore;
import io.carrel.images.NewImage;
import io.carrel.images.Reference;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a container changed becomes a layer, and nothing that Carrel made for it. */
@Tag("kernel")
@NeedsProgram({"busybox", "tar"})
@NeedsKernel(KernelFeature.LAYERS)
class CommitTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // the image has /etc; script; the names in the layer
                "true  | true                                        | -",
                "false | true                                        | -",
                "true  | busybox chmod 700 /etc                      | etc/",
                "false | busybox chmod 700 /etc                      | etc/",
                "true  | busybox chmod 700 /etc; busybox chmod 755 /etc | -",
                "true  | touch /etc/mine                             | etc/,etc/mine",
                "false | touch /etc/mine                             | etc/,etc/mine",
                "true  | rm /etc/passwd                              | etc/,etc/.wh.passwd",
                "true  | mkdir /etc/new                              | etc/,etc/new/",
            })
    void hasNothingThatWasMadeToBeMountedOver(boolean hasEtc, String script, String names) throws Exception {
        Layers layers = Layers.in(directory);
        if (hasEtc) {
            layers.layer("busybox", "etc/passwd", "root:x:0:0::/:/bin/sh\n");
        }
        Storage storage = new Storage(directory.resolve("storage"));
        ImageStore store = ImageStore.open(storage);
        Image image = store.importRoot(layers.busybox(), NewImage.of().named(Reference.parse("base")));
        Path kept = directory.resolve("kept");
        ContainerResult result = Container.builder()
                .root(RootFs.image("base").in(storage).upper(Upper.kept(kept)))
                .command("sh", "-c", script)
                .build()
                .run();
        assertThat(result.exitStatus()).as(result.stderr()).isEqualTo(new ExitStatus.Exited(0));
        assertThat(kept.resolve("upper/etc/hosts")).exists();

        Image committed = store.commit(image, kept.resolve("upper"), NewImage.of());

        String blob = committed.manifest().layers().get(1).digest().hex();
        String listed = Outside.run(
                "tar",
                "-tzf",
                store.directory().resolve("blobs/sha256").resolve(blob).toString());
        assertThat(listed.lines()).isEqualTo(names == null ? List.of() : List.of(names.split(",", -1)));
    }
}
