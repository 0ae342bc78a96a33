package io.carrel.internal.subordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.NeedsProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("user")
@NeedsProgram("newuidmap")
class SubordinateCopyTest {

    /** A container that runs meanwhile may lead it anywhere by links, but there is nothing. */
    @Test
    void seesNothingOfTheUsersButWhatItCopies(@TempDir Path temporary) throws Exception {
        Path from = Files.createDirectory(temporary.resolve("from"));
        Path copies = Files.createDirectory(temporary.resolve("copies"));
        Path changed = Files.createFile(temporary.resolve("changed"));
        Path secret = Files.writeString(temporary.resolve("secret"), "of the user");
        Files.writeString(from.resolve("file"), "of the container");
        Files.createSymbolicLink(from.resolve("link"), secret);

        AsRoot.Ended ended = AsRoot.run(SubordinateCopy.around(
                from,
                copies.resolve("copy"),
                changed,
                "sh",
                "-c",
                "cat /mnt/from/file; cat /mnt/from/link || cat " + secret));

        assertThat(ended.ending().signal()).isZero();
        assertThat(ended.ending().exitCode()).isEqualTo(1);
        assertThat(ended.output()).isEqualTo("of the container");
    }
}
