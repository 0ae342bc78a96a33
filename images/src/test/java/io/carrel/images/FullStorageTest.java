package io.carrel.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A storage on a file system that has room for the images, and for no copy of the largest. */
@Tag("root")
class FullStorageTest {

    /** Verifies the storage, and says what is wrong with it. */
    static final class Verify {

        private Verify() {}

        public static void main(String[] arguments) throws IOException {
            ImageStore store = ImageStore.open(Path.of(arguments[0]));
            store.load(Path.of(arguments[1])).get(0).layers();
            store.load(Path.of(arguments[2])).get(0).layers();
            Verification found = store.verify();
            found.damages().forEach(damage -> System.out.println(damage.reason() + "; " + damage.remedy()));
            System.out.println("compared " + found.layers());
        }
    }

    @Test
    void whatThereIsNoRoomForIsSaidAndTheOthersAreVerified(@TempDir Path temp) throws Exception {
        Path small = TestImage.of(temp.resolve("small"), "small:1", "small");
        Path large = TestImage.of(temp.resolve("large"), "large:1", "x".repeat(2 << 20));
        Path storage = Files.createDirectory(temp.resolve("storage"));

        String output = ChildJvm.by(
                        "unshare",
                        "--mount",
                        "sh",
                        "-ec",
                        "mount -t tmpfs -o size=5m,mode=0700 tmpfs \"$1\"; shift; exec \"$@\"",
                        "sh",
                        storage.toString())
                .run(Verify.class, storage.resolve("store").toString(), large.toString(), small.toString())
                .success();

        assertThat(output.lines()).hasSize(2).first().asString().contains("no room to unpack", "ENOSPC", "Make room");
        assertThat(output).endsWith("compared 1");
    }
}
