package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.fs.RootFs;
import io.carrel.linux.SetupException;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Roots in which a name leads elsewhere when something is mounted, or while it is. */
@Tag("kernel")
@NeedsProgram("busybox")
@NeedsKernel(KernelFeature.BINDS)
class HostileRootTest {

    private static final int STARTS = 60;
    private static final int RENAME_EXCHANGE = 2;
    private static final int AT_FDCWD = -100;
    /** Tries to write below everything that is mounted, and tells where the bound directory is. */
    private static final String WRITE_EVERYWHERE =
            "while read a b c d place rest; do (echo x > $place/written) 2>/dev/null; [ -e $place/marker ] && echo seen;"
                    + " done < /proc/self/mountinfo; true";

    @TempDir
    private Path temporary;

    private Path root = Path.of("/");
    private Path source = Path.of("/");

    @BeforeEach
    void makeRootAndSource() throws IOException {
        root = Layers.in(temporary).busybox();
        source = Files.createDirectories(temporary.resolve("source"));
        Files.writeString(source.resolve("marker"), "");
    }

    /** JUnit warns of links that lead out of its directory. */
    @AfterEach
    void removeLinks() throws IOException {
        Files.deleteIfExists(source.resolve("u"));
        Files.deleteIfExists(root.resolve("m"));
        Files.deleteIfExists(root.resolve("s"));
    }

    private ContainerResult bindReadOnly(RootFs rootFs) throws InterruptedException {
        return Container.builder()
                .root(rootFs)
                .bind(HostPath.of(source), "/m", Access.READ_ONLY)
                .command("sh", "-c", WRITE_EVERYWHERE)
                .build()
                .run();
    }

    /** {@code /m} leads to {@code /t} before the bind, and after it over the source's own link to somewhere else. */
    private void makeNameThatChanges(boolean changes) throws IOException {
        Files.createDirectories(root.resolve("t/u"));
        Files.createSymbolicLink(root.resolve("m"), Path.of("t/u/.."));
        if (changes) {
            Files.createSymbolicLink(source.resolve("u"), Path.of("/proc/self"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBindIsReadOnlyWhereverItsNameLeadsAfterwards(boolean changes) throws Exception {
        makeNameThatChanges(changes);
        assertReadOnly(bindReadOnly(RootFs.directory(root, Access.READ_WRITE)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @NeedsKernel(KernelFeature.LAYERS)
    void alsoInLayers(boolean changes) throws Exception {
        makeNameThatChanges(changes);
        assertReadOnly(bindReadOnly(RootFs.overlay(root)));
    }

    private void assertReadOnly(ContainerResult result) {
        assertThat(result.stderr()).isEmpty();
        assertThat(result.stdout()).contains("seen");
        assertThat(source.resolve("written")).doesNotExist();
    }

    @Test
    void aBindIsReadOnlyWhileItsNameIsExchangedForALink() throws Exception {
        Files.createDirectories(root.resolve("m"));
        Files.createDirectories(root.resolve("tmp"));
        Files.createSymbolicLink(root.resolve("s"), Path.of("tmp"));
        AtomicBoolean done = new AtomicBoolean();
        Thread exchanging = new Thread(() -> exchange(root.resolve("m"), root.resolve("s"), done));
        exchanging.start();
        int seen = 0;
        try {
            for (int i = 0; i < STARTS; i++) {
                seen += isSeenReadOnly() ? 1 : 0;
            }
        } finally {
            done.set(true);
            exchanging.join();
        }
        assertThat(seen).as("starts that had the bind").isPositive();
    }

    /** Whether the container started and had the bind; it may be refused while the names change. */
    private boolean isSeenReadOnly() throws InterruptedException {
        try {
            ContainerResult result = bindReadOnly(RootFs.directory(root, Access.READ_WRITE));
            assertThat(source.resolve("written")).doesNotExist();
            return result.stdout().contains("seen");
        } catch (SetupException refused) {
            return false;
        }
    }

    private static void exchange(Path one, Path other, AtomicBoolean done) {
        Function rename = NativeLibrary.getInstance("c").getFunction("renameat2");
        while (!done.get()) {
            rename.invokeInt(new Object[] {AT_FDCWD, one.toString(), AT_FDCWD, other.toString(), RENAME_EXCHANGE});
        }
    }
}
