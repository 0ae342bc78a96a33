package io.carrel.linux.launch;

import static io.carrel.linux.uapi.Fcntl.O_DIRECTORY;
import static io.carrel.linux.uapi.Fcntl.O_RDONLY;
import static io.carrel.linux.uapi.Fcntl.O_WRONLY;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.program.Report;
import io.carrel.testing.Eventually;
import io.carrel.testing.Footprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In new groups beside those of the host, in its v2 hierarchy and in those of v1, as far as it has them. */
@Tag("kernel")
@Tag("root")
class CgroupEntryTest {

    private static final List<String> V1 = List.of("pids", "cpu");

    private final String name = "carrel-entry-" + ProcessHandle.current().pid();
    private final List<Path> groups = new ArrayList<>();
    private final List<Descriptor> passed = new ArrayList<>();
    private CgroupEntry entry = CgroupEntry.NONE;

    @BeforeEach
    void makeGroups() throws IOException {
        for (String controller : V1) {
            hierarchy("cgroup", controller).ifPresent(top -> passed.add(tasks(make(top))));
        }
        int tasksFiles = passed.size();
        hierarchy("cgroup2", "").ifPresent(top -> passed.add(directory(make(top))));
        entry = new CgroupEntry(Launcher.FIRST_PASSED, tasksFiles, passed.size() > tasksFiles, 0);
        assertThat(entry.count()).isPositive();
    }

    private static Descriptor directory(Path group) {
        return Kernel.open("Cannot open " + group, group.toString(), O_RDONLY.or(O_DIRECTORY));
    }

    private static Descriptor tasks(Path group) {
        String file = group.resolve("tasks").toString();
        return Kernel.open("Cannot open " + file, file, O_WRONLY);
    }

    private Path make(Path top) {
        Path group = top.resolve(name);
        groups.add(group);
        assertThat(group.toFile().mkdir()).isTrue();
        return group;
    }

    private static Optional<Path> hierarchy(String type, String controller) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.filter(line -> line.contains(" - " + type + " "))
                    .filter(line -> controller.isEmpty()
                            || List.of(line.substring(line.lastIndexOf(' ') + 1).split(",", -1))
                                    .contains(controller))
                    .map(line -> Path.of(line.split(" ", -1)[4]))
                    .findFirst();
        }
    }

    @AfterEach
    void removeGroups() {
        passed.forEach(Descriptor::close);
        for (Path group : groups) {
            Eventually.holds(
                    group + " is removed",
                    Duration.ofSeconds(10),
                    () -> group.toFile().delete());
        }
    }

    /** Sends what lets into the groups. */
    private final Launcher.HostWork work = new Launcher.HostWork() {

        @Override
        public void perform(Report.Phase need, int pid) {
            Started.NO_WORK.perform(need, pid);
        }

        @Override
        public CompletableFuture<List<Descriptor>> entrances() {
            return CompletableFuture.completedFuture(passed);
        }
    };

    @ParameterizedTest
    @EnumSource
    void theCommandIsInEachOfThemFromItsFirstInstruction(Shape shape) throws Exception {
        Footprint before = Footprint.now();
        try (ProgramFile file = ProgramFile.of(shape.programIn(entry, "/bin/cat", "/proc/self/cgroup"));
                Started cat = Started.of(LaunchedProcess.start(file, StandardStreams.PIPES, List.of(), work))) {
            List<String> lines = cat.reader().lines().toList();

            assertThat(lines.stream().filter(line -> line.endsWith("/" + name))).hasSize(passed.size());
            if (entry.unified()) {
                assertThat(lines).contains("0::/" + name);
            }
            assertThat(cat.process().waitFor()).isZero();
        }
        before.assertNothingAdded();
    }

    @ParameterizedTest
    @EnumSource
    void noDescriptorOfTheGroupsReachesTheCommand(Shape shape) throws Exception {
        try (ProgramFile file = ProgramFile.of(shape.programIn(entry, "/bin/ls", "-l", "/proc/self/fd"));
                Started ls = Started.of(LaunchedProcess.start(file, StandardStreams.PIPES, List.of(), work))) {
            assertThat(ls.reader().lines()).noneMatch(line -> line.contains("cgroup"));
            assertThat(ls.process().waitFor()).isZero();
        }
    }
}
