package io.carrel.fs.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** JVMs that use a store are killed at any moment; nobody else notices. */
@Tag("kernel")
@Tag("long")
class StoreCrashTest {

    private static final int ROUNDS = Integer.getInteger("carrel.crash.rounds", 100);
    private static final int LONGEST_MILLIS = 1500;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    @Test
    @Timeout(value = 400, unit = TimeUnit.SECONDS)
    void aKilledJvmLosesNothingAndLeavesNothing() throws IOException, InterruptedException {
        Path directory = temp.resolve("store");
        Path source = TestImage.of(temp.resolve("image"), "app:1", "one", "two", "three");
        Files.createDirectory(temp.resolve("uppers"));
        Random random = new Random(3);
        int finished = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<String> lines = churnAndKill(directory, source, round, random.nextInt(LONGEST_MILLIS));
            ImageStore store = ImageStore.open(directory);
            assertThat(directory.resolve("tmp")).isEmptyDirectory();
            assertThat(store.verify().damages()).as("round %d", round).isEmpty();
            for (String line : lines) {
                List<String> words = Splitter.on(' ').splitToList(line);
                Image image = store.image(words.get(0));
                assertThat(image.digest()).hasToString(words.get(1));
                assertThat(image.layers().get(3).resolve("text")).exists();
                store.remove(words.get(0), false);
                finished++;
            }
        }
        // Else the JVMs were killed before they had done anything. On a busy machine, all of a few rounds may be.
        assertThat(finished).isGreaterThanOrEqualTo(ROUNDS / 10 - 2);
        ImageStore.open(directory).prune(true);
        assertThat(directory.resolve("blobs/sha256")).isEmptyDirectory();
        assertThat(directory.resolve("tmp")).isEmptyDirectory();
    }

    /** The lines that were written whole, without the first. */
    private static List<String> churnAndKill(Path store, Path source, int round, int millis)
            throws IOException, InterruptedException {
        Process child = ChildJvm.start("128m", store.toString(), "churn", source.toString(), Integer.toString(round));
        try {
            while (child.getInputStream().read() != '\n') {
                assertThat(child.isAlive()).isTrue();
            }
            // It works on; this is not a wait for something, but a random moment.
            child.waitFor(millis, TimeUnit.MILLISECONDS);
        } finally {
            // Not by the child itself, which would close the stream that is yet to be read.
            child.toHandle().destroyForcibly();
        }
        String rest = ChildJvm.output(child);
        child.waitFor();
        String whole = rest.substring(0, rest.lastIndexOf('\n') + 1);
        return Splitter.on('\n').omitEmptyStrings().splitToList(whole);
    }

    @Test
    void twoJvmsLoadTheSameImageAtOnce() throws IOException, InterruptedException {
        Path directory = temp.resolve("store");
        Path source = TestImage.of(temp.resolve("image"), "app:1", "one", "two", "three");
        Process one = ChildJvm.start("128m", directory.toString(), "load", source.toString());
        Process two = ChildJvm.start("128m", directory.toString(), "load", source.toString());
        assertThat(ChildJvm.output(one)).isEqualTo(ChildJvm.output(two)).contains("layers");
        assertThat(one.waitFor()).isZero();
        assertThat(two.waitFor()).isZero();
        ImageStore store = ImageStore.open(directory);
        assertThat(store.images()).hasSize(1);
        assertThat(store.verify().isSound()).isTrue();
        assertThat(directory.resolve("tmp")).isEmptyDirectory();
    }

    /** The layer has a file of zeros, larger than the JVM's memory. */
    @Test
    void loadsALayerThatIsLargerThanTheHeap() throws IOException, InterruptedException {
        Path archive = temp.resolve("image.tar");
        LargeArchive.write(archive, 200L << 20);
        Process child = ChildJvm.start("128m", temp.resolve("store").toString(), "load", archive.toString());
        assertThat(ChildJvm.output(child)).contains("layers");
        assertThat(child.waitFor()).isZero();
    }

    @Test
    void aLeaseOfAnotherJvmEndsWithIt() throws IOException, InterruptedException {
        ImageStore store = ImageStore.open(temp.resolve("store"));
        Image image =
                store.load(TestImage.of(temp.resolve("image"), "app:1", "x")).get(0);
        // What a JVM that was killed leaves behind: a file that nobody has locked.
        Files.writeString(
                store.directory().resolve("leases/left"), image.digest().toString());
        store.remove("app:1", false);
        assertThat(store.directory().resolve("leases/left")).doesNotExist();
        assertThat(store.verify().blobs()).isZero();
    }
}
