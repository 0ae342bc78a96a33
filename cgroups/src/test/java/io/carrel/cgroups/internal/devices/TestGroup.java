package io.carrel.cgroups.internal.devices;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A new group below a directory of this JVM's own, beside whatever groups the host has. Closing removes it. */
final class TestGroup implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path directory;

    private TestGroup(Path directory) throws IOException {
        this.directory = Files.createDirectory(directory);
    }

    /** Where the host has the hierarchy that decides about devices in this way. */
    static Optional<Path> hierarchy(Version version) {
        try {
            return Files.readString(Path.of("/proc/self/mounts"))
                    .lines()
                    .map(line -> Splitter.on(' ').splitToList(line))
                    .filter(fields -> version.isMountedBy(fields.get(2), fields.get(3)))
                    .map(fields -> Path.of(fields.get(1)))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    enum Version {
        V1,
        V2;

        boolean isMountedBy(String type, String options) {
            return this == V2
                    ? type.equals("cgroup2")
                    : type.equals("cgroup")
                            && Splitter.on(',').splitToList(options).contains("devices");
        }

        DeviceController controller(Path directory) {
            return this == V2 ? new UnifiedDevices(directory) : new LegacyDevices(directory);
        }
    }

    static TestGroup create(Version version) throws IOException {
        Path parent = hierarchy(version)
                .orElseThrow()
                .resolve("carrel-test-" + ProcessHandle.current().pid());
        Files.createDirectories(parent);
        return new TestGroup(parent.resolve(Integer.toString(COUNT.incrementAndGet())));
    }

    TestGroup below() throws IOException {
        return new TestGroup(directory.resolve("below"));
    }

    Path directory() {
        return directory;
    }

    void add(Process process) throws IOException {
        Files.writeString(directory.resolve("cgroup.procs"), Long.toString(process.pid()));
    }

    List<String> rules() throws IOException {
        return Files.readAllLines(directory.resolve("devices.list"));
    }

    /** Its processes have ended; the kernel may take a moment to let them go. */
    @Override
    public void close() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readAllLines(directory.resolve("cgroup.procs")).isEmpty()) {
            assertThat(System.nanoTime()).as("processes left in " + directory).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
        Files.delete(directory);
        try {
            Path parent = directory.getParent();
            if (parent != null && parent.getFileName().toString().startsWith("carrel-test-")) {
                Files.delete(parent);
            }
        } catch (FileSystemException others) {
            // Other tests of this JVM have groups there.
        }
    }
}
