package io.carrel.images.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.RefusedContentException;
import io.carrel.linux.SyscallException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Archives that are changed at random are unpacked or refused: nothing else is thrown, and nothing outside is touched.
 * Runs for as many seconds as the system property {@code carrel.fuzz.seconds} says. A failure names the seed that
 * repeats it.
 */
@Tag("kernel")
@Tag("long")
class LayerMutationTest {

    private static final int RECORD = 512;
    private static final int CHECKSUM = 148;
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("carrel.fuzz.seconds", 20));
    private static final long FIRST_SEED = Long.getLong("carrel.fuzz.seed", 1);
    static final LayerLimits LIMITS = new LayerLimits(1000, 1 << 20, 1 << 24, 1 << 16);
    private static final byte[] INTERESTING = "\0/.x07gLKS15260=\n \u00ff\u0080".getBytes(StandardCharsets.ISO_8859_1);

    static final List<byte[]> CORPUS = corpus();

    @TempDir
    Path place;

    @Test
    void isUnpackedOrRefused() throws IOException, InterruptedException {
        Path outside = Files.writeString(place.resolve("outside"), "of the host");
        long end = System.nanoTime() + TIME.toNanos();
        int unpacked = 0;
        int refused = 0;
        for (long seed = FIRST_SEED; System.nanoTime() < end; seed++) {
            Path target = Files.createDirectory(place.resolve("target"));
            if (isUnpacked(target, seed)) {
                unpacked++;
            } else {
                refused++;
            }
            assertThat(outside).as("seed %s", seed).hasContent("of the host");
            try (Stream<Path> files = Files.list(place)) {
                assertThat(files).as("seed %s", seed).containsExactlyInAnyOrder(target, outside);
            }
            remove(target);
        }
        assertThat(unpacked).isPositive();
        assertThat(refused).isPositive();
    }

    private static boolean isUnpacked(Path target, long seed) {
        byte[] archive = mutated(new Random(seed));
        try {
            Whiteouts whiteouts = seed % 2 == 0 ? Whiteouts.OVERLAY : Whiteouts.REMOVE;
            LayerApplier.onto(target, whiteouts, Owners.RECORD).limits(LIMITS).apply(new ByteArrayInputStream(archive));
            return true;
        } catch (RefusedContentException | SyscallException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return false;
        } catch (IOException | RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + " fails otherwise", e);
        }
    }

    private void remove(Path target) throws IOException, InterruptedException {
        try (Stream<Path> files = Files.list(target)) {
            if (files.noneMatch(file -> true)) {
                Files.delete(target);
                return;
            }
        } catch (IOException e) {
            assertThat(target).exists();
        }
        Commands.run(place, "chmod -R u+rwx target; rm -rf target");
    }

    private static byte[] mutated(Random random) {
        byte[] archive = CORPUS.get(random.nextInt(CORPUS.size()));
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            archive = mutate(archive, random);
        }
        if (random.nextInt(8) != 0) {
            repairChecksums(archive);
        }
        return random.nextInt(16) == 0 ? TestArchive.gzip(archive) : archive;
    }

    private static byte[] mutate(byte[] archive, Random random) {
        byte[] changed = archive.clone();
        int at = random.nextInt(changed.length);
        int start = Math.min(at / RECORD * RECORD, changed.length - RECORD);
        switch (random.nextInt(7)) {
            case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[at] = INTERESTING[random.nextInt(INTERESTING.length)];
            case 2 -> changed[start + 156] = INTERESTING[random.nextInt(INTERESTING.length)];
            case 3 -> changed[start + 124 + random.nextInt(12)] = INTERESTING[random.nextInt(INTERESTING.length)];
            case 4 ->
                Arrays.fill(changed, at, Math.min(changed.length, at + random.nextInt(64)), (byte) random.nextInt(256));
            case 5 -> {
                byte[] other = CORPUS.get(random.nextInt(CORPUS.size()));
                int from = random.nextInt(other.length / RECORD) * RECORD;
                System.arraycopy(other, from, changed, start, Math.min(other.length - from, changed.length - start));
            }
            default -> changed = Arrays.copyOf(changed, Math.max(RECORD, at));
        }
        return changed;
    }

    /** Makes every record that looks like a header have a right checksum, so that what is wrong is found later. */
    static void repairChecksums(byte[] archive) {
        for (int start = 0; start + RECORD <= archive.length; start += RECORD) {
            if (archive[start + 257] == 'u' && archive[start + 258] == 's') {
                Arrays.fill(archive, start + CHECKSUM, start + CHECKSUM + 8, (byte) ' ');
                int sum = 0;
                for (int i = start; i < start + RECORD; i++) {
                    sum += archive[i] & 0xff;
                }
                byte[] octal = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(octal, 0, archive, start + CHECKSUM, octal.length);
            }
        }
    }

    private static List<byte[]> corpus() {
        String map = "2\n0\n4\n4096\n4\n";
        return List.of(
                new TestArchive()
                        .directory("d/")
                        .file("d/f", "content")
                        .symbolicLink("l", "d")
                        .hardLink("l/h", "d/f")
                        .file("l/.wh.f", "")
                        .toBytes(),
                new TestArchive()
                        .pax("path", "long/name", "SCHILY.xattr.user.x", "\u00ff\0value", "mtime", "-1.5")
                        .file("x", "content")
                        .file("g", "")
                        .patch(156, "g")
                        .file("long/.wh..wh..opq", "")
                        .toBytes(),
                new TestArchive()
                        .file("n".repeat(200) + "/" + "m".repeat(40), "content")
                        .symbolicLink("up", "../..")
                        .file("up/outside", "evil")
                        .entry("p", TarConstants.LF_FIFO, "", entry -> {})
                        .toBytes(),
                new TestArchive()
                        .pax(
                                "GNU.sparse.major",
                                "1",
                                "GNU.sparse.minor",
                                "0",
                                "GNU.sparse.name",
                                "sparse",
                                "GNU.sparse.realsize",
                                "8192")
                        .file("GNUSparseFile.0/sparse", map + "\0".repeat(RECORD - map.length()) + "onetwo!!")
                        .file("after", "x")
                        .toBytes(),
                new TestArchive()
                        .pax("GNU.sparse.size", "8192", "GNU.sparse.numblocks", "2", "GNU.sparse.map", "0,4,4096,4")
                        .file("sparse", "onetwo!!")
                        .entry("c", TarConstants.LF_CHR, "", entry -> entry.setDevMajor(1))
                        .toBytes());
    }
}
