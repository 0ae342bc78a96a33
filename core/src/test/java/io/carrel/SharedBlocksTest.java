package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.internal.CopiedOwners;
import io.carrel.fs.internal.LayerCopy;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of layers takes no room where the file system can share blocks, and is one of its own where it cannot. */
@Tag("root")
@Tag("long") // it makes file systems and says little about kernels
@NeedsProgram({"mkfs.ext4", "mkfs.xfs", "filefrag", "unshare"})
class SharedBlocksTest {

    private static final int MEBIBYTES = 8;

    @TempDir
    private Path temporary;

    /** Copies a layer with one file, changes the copy, and prints what became of both. */
    static final class Copying {
        public static void main(String[] arguments) throws Exception {
            Path place = Path.of(arguments[0]);
            Path layer = Files.createDirectories(place.resolve("layer"));
            byte[] bytes = new byte[MEBIBYTES << 20];
            new Random(1).nextBytes(bytes);
            Path file = Files.write(layer.resolve("file"), bytes);
            Path copy = Files.createDirectories(place.resolve("copy"));
            System.out.println(LayerCopy.of(List.of(layer), copy, CopiedOwners.same()));
            Outside.run("cmp", file.toString(), copy.resolve("file").toString());
            Outside.run("sync", "-f", place.toString());
            System.out.println(
                    Outside.run("filefrag", "-v", copy.resolve("file").toString())
                            .contains("shared"));
            Files.writeString(copy.resolve("file"), "changed");
            System.out.println(Files.size(file) + " " + Files.readString(copy.resolve("file")));
        }
    }

    private List<String> copyOn(String type) throws IOException, InterruptedException {
        Path disk = temporary.resolve("disk");
        Path place = Files.createDirectory(temporary.resolve("place"));
        Outside.run("truncate", "-s", "400M", disk.toString());
        Outside.run("mkfs." + type, "-q", disk.toString());
        String script = "mount -o loop %s %s && exec \"$@\"".formatted(disk, place);
        return ChildJvm.by("unshare", "-m", "sh", "-c", script, "sh")
                .run(Copying.class, place.toString())
                .success()
                .lines()
                .toList();
    }

    @Test
    void xfsSharesThem() throws Exception {
        assertThat(copyOn("xfs")).containsExactly("1", "true", (MEBIBYTES << 20) + " changed");
    }

    @Test
    void ext4CopiesThem() throws Exception {
        assertThat(copyOn("ext4")).containsExactly("0", "false", (MEBIBYTES << 20) + " changed");
    }
}
