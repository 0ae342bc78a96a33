package io.carrel.linux.launch;

import static io.carrel.linux.uapi.Fcntl.O_DIRECTORY;
import static io.carrel.linux.uapi.Fcntl.O_RDONLY;
import static io.carrel.linux.uapi.Fcntl.O_WRONLY;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.MountInfo;
import io.carrel.linux.program.Report;
import io.carrel.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A start whose processes are stopped in their group: on v1 they do not even die there, on v2 they do. */
@Tag("kernel")
@Tag("root")
class StoppedLauncherTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Optional<Path> freezer = hierarchy("cgroup", "freezer");
    private final Path group = freezer.or(() -> hierarchy("cgroup2", ""))
            .orElseThrow()
            .resolve("carrel-stopped-" + ProcessHandle.current().pid());

    private static Optional<Path> hierarchy(String type, String controller) {
        return MountInfo.current().stream()
                .filter(mount -> mount.type().equals(type))
                .filter(mount -> controller.isEmpty() || mount.superOptions().contains(controller))
                .map(MountInfo::mountPoint)
                .findFirst();
    }

    @BeforeEach
    void makeTheGroup() throws IOException {
        Files.createDirectory(group);
        write(freezer.isPresent() ? "FROZEN" : "1");
    }

    @AfterEach
    void removeTheGroup() throws IOException {
        write(freezer.isPresent() ? "THAWED" : "0");
        Eventually.holds("the group is removed", SOON, () -> group.toFile().delete());
    }

    private void write(String state) throws IOException {
        Files.writeString(group.resolve(freezer.isPresent() ? "freezer.state" : "cgroup.freeze"), state);
    }

    private boolean isEntered() {
        try {
            return !Files.readString(group.resolve("cgroup.procs")).isBlank();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Descriptor entrance() {
        return freezer.isPresent()
                ? Kernel.open("Cannot enter", group.resolve("tasks").toString(), O_WRONLY)
                : Kernel.open("Cannot open", group.toString(), O_RDONLY.or(O_DIRECTORY));
    }

    private void start() {
        CgroupEntry entry = freezer.isPresent()
                ? new CgroupEntry(Launcher.FIRST_PASSED, 1, false, 0)
                : new CgroupEntry(Launcher.FIRST_PASSED, 0, true, 0);
        Launcher.HostWork work = new Launcher.HostWork() {

            @Override
            public void perform(Report.Phase need, int pid) {
                Started.NO_WORK.perform(need, pid);
            }

            @Override
            public CompletableFuture<List<Descriptor>> entrances() {
                return CompletableFuture.completedFuture(List.of(entrance()));
            }
        };
        try (ProgramFile file = ProgramFile.of(Shape.INIT.programIn(entry, "/bin/true"))) {
            LaunchedProcess.start(file, StandardStreams.PIPES, List.of(), work);
        }
    }

    private static List<Long> children() {
        return ProcessHandle.current().children().map(ProcessHandle::pid).toList();
    }

    @Test
    void isGivenUpWithoutWaitingForThemToDie() throws Exception {
        List<Long> before = children();
        CompletableFuture<SetupException> told = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                start();
                told.completeExceptionally(new IllegalStateException("it has started"));
            } catch (SetupException e) {
                told.complete(e);
            }
        });
        thread.start();
        Eventually.holds("the launcher has come in", SOON, this::isEntered);
        // More than once, since an interrupt from before the wait does not count.
        Eventually.holds("it is given up", SOON, () -> {
            thread.interrupt();
            return told.isDone();
        });

        assertThat(told).isCompletedWithValueMatching(e -> e.errno().equals(Errno.EINTR));
        write(freezer.isPresent() ? "THAWED" : "0");
        thread.join();
        Eventually.holds("they have died", SOON, () -> before.containsAll(children()));
    }
}
