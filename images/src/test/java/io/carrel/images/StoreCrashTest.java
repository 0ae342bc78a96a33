package io.carrel.images;

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
    private static final int MOST_IMAGES = 3;
    private static final int MILLIS_OF_ONE = 200;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    @Test
    @Timeout(value = 400, unit = TimeUnit.SECONDS)
    void aKilledJvmLosesNothingAndLeavesNothing() throws IOException, InterruptedException {
        long seed = Long.getLong("carrel.crash.seed", System.nanoTime());
        try {
            churnAndKill(new Random(seed));
        } catch (AssertionError | RuntimeException | IOException e) {
            throw new AssertionError("fails with -Dcarrel.crash.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private void churnAndKill(Random random) throws IOException, InterruptedException {
        Path directory = temp.resolve("store");
        Path source = TestImage.of(temp.resolve("image"), "app:1", "one", "two", "three");
        Files.createDirectory(temp.resolve("uppers"));
        int finished = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Process child =
                    StoreMain.start("128m", directory.toString(), "churn", source.toString(), Integer.toString(round));
            // How far a JVM comes in some time depends on how busy the machine is, so every other has to get somewhere.
            List<String> lines =
                    round % 2 == 0 ? killAtWork(child, random) : killAfter(child, random.nextInt(LONGEST_MILLIS));
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
        // Else the JVMs were killed before they had done anything.
        assertThat(finished).isGreaterThan(ROUNDS / 5);
        ImageStore.open(directory).prune(true);
        assertThat(directory.resolve("blobs/sha256")).isEmptyDirectory();
        assertThat(directory.resolve("tmp")).isEmptyDirectory();
    }

    /** Lets it finish one to three images, and then kills it in the midst of the next; says what it finished. */
    private static List<String> killAtWork(Process child, Random random) throws IOException, InterruptedException {
        int count = 1 + random.nextInt(MOST_IMAGES);
        StringBuilder output = new StringBuilder();
        try {
            // The first line says that it is ready.
            for (int lines = 0; lines < 1 + count; ) {
                int next = child.getInputStream().read();
                assertThat(next).as("the JVM ended by itself after: %s", output).isNotNegative();
                output.append((char) next);
                lines += next == '\n' ? 1 : 0;
            }
        } catch (IOException | AssertionError e) {
            child.destroyForcibly();
            throw e;
        }
        List<String> lines = killAfter(child, output, random.nextInt(MILLIS_OF_ONE));
        assertThat(lines).hasSizeGreaterThanOrEqualTo(count);
        return lines;
    }

    /** Kills it at a moment of its start or its work. */
    private static List<String> killAfter(Process child, int millis) throws IOException, InterruptedException {
        return killAfter(child, new StringBuilder(), millis);
    }

    /** The lines that were written whole, without the first. */
    private static List<String> killAfter(Process child, StringBuilder output, int millis)
            throws IOException, InterruptedException {
        try {
            // It works on; this is not a wait for something, but a random moment.
            boolean ended = child.waitFor(millis, TimeUnit.MILLISECONDS);
            assertThat(ended).as("the JVM ended by itself").isFalse();
        } finally {
            // Not by the child itself, which would close the stream that is yet to be read.
            child.toHandle().destroyForcibly();
        }
        output.append(StoreMain.output(child));
        child.waitFor();
        String whole = output.substring(0, output.lastIndexOf("\n") + 1);
        return Splitter.on('\n').omitEmptyStrings().splitToStream(whole).skip(1).toList();
    }

    @Test
    void twoJvmsLoadTheSameImageAtOnce() throws IOException, InterruptedException {
        Path directory = temp.resolve("store");
        Path source = TestImage.of(temp.resolve("image"), "app:1", "one", "two", "three");
        Process one = StoreMain.start("128m", directory.toString(), "load", source.toString());
        Process two = StoreMain.start("128m", directory.toString(), "load", source.toString());
        assertThat(StoreMain.output(one)).isEqualTo(StoreMain.output(two)).contains("layers");
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
        Process child = StoreMain.start("128m", temp.resolve("store").toString(), "load", archive.toString());
        assertThat(StoreMain.output(child)).contains("layers");
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
