package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.log.LogEntry;
import io.carrel.linux.log.LogReader;
import io.carrel.linux.log.LogRing;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container that goes on without the JVM says is in its log, all of it. */
@Tag("kernel")
class DetachedLogTest {

    @TempDir
    private Path directory;

    private static MessageDigest digest() throws Exception {
        return MessageDigest.getInstance("SHA-256");
    }

    /** What the numbers up to this one are, by a program that is not ours. */
    private static String numbers(int last) throws Exception {
        Process seq = new ProcessBuilder("seq", Integer.toString(last)).start();
        MessageDigest digest = digest();
        try (InputStream output = seq.getInputStream()) {
            byte[] buffer = new byte[65536];
            for (int count = output.read(buffer); count >= 0; count = output.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        assertThat(seq.waitFor()).isZero();
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String followed(Detached container) throws Exception {
        MessageDigest digest = digest();
        try (LogReader reader = container.log()) {
            for (Optional<LogEntry> entry = reader.follow(); entry.isPresent(); entry = reader.follow()) {
                assertThat(entry.get().stream()).isEqualTo(1);
                assertThat(entry.get().lostBefore()).isZero();
                digest.update(entry.get().text());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void aBurstBeforeTheEndIsThereByteByByte() throws Exception {
        Detached container = Detached.shell(directory, "exec seq 8500000"); // 64 MiB
        container.awaitEnd();
        assertThat(followed(container)).isEqualTo(numbers(8_500_000));
        assertThat(Files.size(LogRing.file(directory, 0))).isGreaterThan(20 << 20);
    }

    @Test
    void aFollowerLosesNothingWhenFilesAreBegunAgain() throws Exception {
        Detached container = Detached.start(
                directory,
                3,
                100_000,
                Shape.INIT.detached(Shape::nothing, "/bin/sh", "-c", "read go; exec seq 3000000"));
        try (ControlSocket socket = container.connect()) {
            socket.endInput();
        }
        assertThat(followed(container)).isEqualTo(numbers(3_000_000)); // 22 MiB, through 300 KB
        container.awaitEnd();
        assertThat(container.exit().orElseThrow().waitStatus()).isZero();
    }

    /** A frame is written as a whole into one file. */
    @Test
    void theRingHasTheEndWithoutAGap() throws Exception {
        Detached container =
                Detached.start(directory, 3, 100_000, Shape.INIT.detached(Shape::nothing, "/usr/bin/seq", "1000000"));
        container.awaitEnd();
        String text = container.text(1);
        assertThat(text).endsWith("\n999999\n1000000\n");
        List<String> lines = text.lines().skip(1).toList();
        int first = Integer.parseInt(lines.get(0));
        assertThat(first).isGreaterThan(1);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).isEqualTo(Integer.toString(first + i));
        }
    }

    @Test
    void aReaderKeepsWhatItHasNotRead() throws Exception {
        Detached container = Detached.start(
                directory,
                3,
                100_000,
                Shape.INIT.detached(Shape::nothing, "/bin/sh", "-c", "echo first; read go; exec seq 100000"));
        try (LogReader reader = container.log();
                ControlSocket socket = container.connect()) {
            String first = new String(reader.follow().orElseThrow().text(), StandardCharsets.UTF_8);
            assertThat(first).isEqualTo("first\n");
            socket.endInput();
            container.awaitEnd();
            long length = 0;
            for (Optional<LogEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                length += entry.get().text().length;
            }
            assertThat(length).isEqualTo(588_895);
        }
    }

    /** A command that never pauses would keep whoever wants what is there for ever. */
    @Test
    void whatComesAfterTheEndThatWasThereIsForWhoFollows() throws Exception {
        Detached container = Detached.shell(directory, "echo before; read go; echo after; read never");
        try (LogReader reader = container.log();
                LogReader other = container.log();
                ControlSocket socket = container.connect();
                Descriptor input = socket.attach()) {
            assertThat(text(other.follow())).isEqualTo("before\n");
            reader.endHere();
            TransferCalls.write(input, new byte[] {'\n'});
            assertThat(text(other.follow())).isEqualTo("after\n");
            assertThat(text(reader.next())).isEqualTo("before\n");
            assertThat(reader.next()).isEmpty();
            assertThat(text(reader.follow())).isEqualTo("after\n");
        } finally {
            container.end();
        }
    }

    private static String text(Optional<LogEntry> entry) {
        return new String(entry.orElseThrow().text(), StandardCharsets.UTF_8);
    }

    @Test
    void framesHaveTheirStreamAndTime() throws Exception {
        Instant before = Instant.now().minus(Duration.ofMillis(50)); // the kernel's clock is as coarse as its ticks
        Detached container = Detached.shell(directory, "echo out; sleep 0.01; echo error >&2");
        try (LogReader reader = container.log()) {
            LogEntry output = reader.follow().orElseThrow();
            LogEntry error = reader.follow().orElseThrow();
            assertThat(output.stream()).isEqualTo(1);
            assertThat(error.stream()).isEqualTo(2);
            assertThat(output.time()).isBetween(before, Instant.now());
            assertThat(error.time()).isAfter(output.time());
            assertThat(reader.follow()).isEmpty();
        }
    }

    @Test
    void aLogThatCannotBeWrittenHoldsNobodyUp() throws Exception {
        LogRing full = new LogRing(
                List.of(Kernel.open("Cannot open", "/dev/full", Fcntl.O_RDWR)),
                1000,
                new LogRing.Position(0, 24, 1, 7));
        Detached container = Detached.start(
                directory, full, Shape.INIT.detached(Shape::nothing, "/usr/bin/head", "-c", "1000000", "/dev/zero"));
        container.awaitEnd();
        assertThat(container.exit().orElseThrow().waitStatus()).isZero();
        assertThat(container.exit().orElseThrow().lostLogBytes()).isEqualTo(1_000_000);
    }

    @Test
    void aCommandThatClosesItsStreamsGoesOn() throws Exception {
        Detached container = Detached.shell(directory, "echo out; exec >&- 2>&-; read go; exit 5");
        try (ControlSocket socket = container.connect()) {
            assertThat(container.execute("echo here")).isEqualTo("here\n0");
            socket.endInput();
        }
        assertThat(container.text(1)).isEqualTo("out\n");
        assertThat(container.exit().orElseThrow().waitStatus()).isEqualTo(5 << 8);
    }

    @Test
    void whatIsLeftInTheBackgroundDoesNotHoldUpTheEnd() throws Exception {
        Detached container = Detached.shell(directory, "(sleep 1000; echo never) & echo out; exit 6");
        assertThat(container.text(1)).isEqualTo("out\n");
        assertThat(container.exit().orElseThrow().waitStatus()).isEqualTo(6 << 8);
    }

    @Test
    void theNextContainerGoesOnWithTheLog() throws Exception {
        for (int i = 0; i < 3; i++) {
            Detached container = Detached.start(
                    directory,
                    4,
                    60,
                    Shape.INIT.detached(Shape::nothing, "/bin/echo", "the container with the number " + i));
            container.awaitEnd();
        }
        Detached last = new Detached(directory, 0, address -> Optional.empty());
        assertThat(last.text(1).lines())
                .containsExactly(
                        "the container with the number 0",
                        "the container with the number 1",
                        "the container with the number 2");
    }

    @Test
    void shortOnesAreComplete() throws Exception {
        assertComplete(40);
    }

    @Test
    @Tag("long")
    void aThousandShortOnesAreComplete() throws Exception {
        assertComplete(1000);
    }

    private void assertComplete(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            Path own = Files.createDirectory(directory.resolve("own" + i));
            Detached container = Detached.shell(own, "echo a; echo b >&2; exit " + i % 100);
            assertThat(container.text(1)).as("output of %s", i).isEqualTo("a\n");
            assertThat(container.text(2)).as("errors of %s", i).isEqualTo("b\n");
            assertThat(container.exit().orElseThrow().waitStatus()).isEqualTo(i % 100 << 8);
            delete(own);
        }
    }

    private static void delete(Path own) throws IOException {
        for (String file : List.of("log.0", "log.1", "log.2", "log.3", "log.4", "exit", "lease", "socket")) {
            Files.delete(own.resolve(file));
        }
    }
}
