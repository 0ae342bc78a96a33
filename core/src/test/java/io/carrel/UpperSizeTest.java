package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.linux.ContainerException;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A size for changes on the disk, where it cannot be had; ci/sizes-in-guest shows it where it can. */
@Tag("kernel")
@NeedsProgram("busybox")
class UpperSizeTest {

    @TempDir
    private Path temporary;

    private Layers layers = new Layers(Path.of("/"));

    @BeforeEach
    void makeLayers() throws IOException {
        layers = Layers.in(temporary);
    }

    static Stream<String> kinds() {
        return Stream.of("disk", "kept", "snapshot");
    }

    private static Upper upper(String kind, Path place) {
        Storage storage = new Storage(place);
        return switch (kind) {
            case "disk" -> Upper.disk(storage);
            case "kept" -> Upper.kept(place.resolve("kept"));
            default -> Upper.snapshot("name", storage);
        };
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @Tag("user")
    void anOrdinaryUserIsToldThatItTakesRootAndNothingIsMade(String kind) {
        assertThat(refusal(kind, NotPermittedException.class))
                .startsWith("This process may not limit the size of a container's changes on the disk:"
                        + " that takes the host's root")
                .contains("Upper.memory(size)");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @Tag("root")
    void withoutProjectQuotasTheRemedyIsNamedAndNothingIsMade(String kind) {
        assertThat(refusal(kind, UnsupportedFeatureException.class))
                .startsWith("This host has no limit for changes on the disk: the file system of " + temporary)
                .contains("prjquota", "Upper.memory(size)");
    }

    private String refusal(String kind, Class<? extends ContainerException> type) {
        Path place = temporary.resolve("place");
        Overlay root = RootFs.overlay(layers.busybox()).upper(upper(kind, place).withSize(1 << 20));
        Container container = Layers.on(root).command("true").build();
        String[] message = {""};
        assertThatThrownBy(container::plan)
                .isInstanceOf(type)
                .satisfies(refused -> message[0] = String.valueOf(refused.getMessage()));
        assertThat(place).doesNotExist();
        return message[0];
    }

    /** Root of a user namespace, who has every capability there, asks for a size. */
    static final class Asking {
        public static void main(String[] arguments) {
            Overlay root = RootFs.overlay(Path.of(arguments[0]))
                    .upper(Upper.disk(new Storage(Path.of(arguments[1]))).withSize(1 << 20));
            try {
                Layers.on(root).command("true").build().plan();
            } catch (NotPermittedException | UnsupportedFeatureException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    @NeedsProgram("unshare")
    void soIsTheRootOfAUserNamespace() throws Exception {
        Path place = temporary.resolve("place");
        String output = ChildJvm.by("unshare", "-Ur")
                .run(Asking.class, layers.busybox().toString(), place.toString())
                .success();
        // Without quotas nobody could have them set; with them only the host's root.
        assertThat(output)
                .satisfiesAnyOf(
                        text -> assertThat(text).startsWith("This host has no limit for changes on the disk:"),
                        text -> assertThat(text).startsWith("This process may not limit the size"));
        assertThat(place).doesNotExist();
    }

    @Test
    @NeedsKernel(KernelFeature.LAYERS)
    void inMemoryAnybodyHasOne() throws Exception {
        Overlay root = RootFs.overlay(layers.busybox()).upper(Upper.memory(0).withSize(1 << 20));
        String written = Inside.run(Layers.on(root), "head -c 2000000 /dev/zero > /f 2>/dev/null; stat -c %s /f");
        assertThat(Long.parseLong(written)).isBetween(1L << 19, 1L << 20);
    }
}
