package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import io.carrel.testing.NeedsProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the processes of a container have open, also where the JVM has inherited what every child of its inherits. */
@Tag("kernel")
class OpenDescriptorsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** Kinds of containers, whose steps open this and that. */
    enum Kind {
        DEFAULT,
        WITHOUT_INIT,
        DELEGATED;

        ContainerBuilder builder() {
            ContainerBuilder builder = Container.builder();
            if (Cgroups.detect().controllers().contains(Controller.PIDS)) {
                builder.limits(Limits.builder().pids(100).build());
            }
            return switch (this) {
                case DEFAULT -> builder;
                case WITHOUT_INIT -> builder.init(false);
                case DELEGATED -> builder.delegateCgroup();
            };
        }
    }

    /** Starts a container that lasts as long as this JVM. */
    static final class Starting {
        public static void main(String[] arguments) throws Exception {
            try (ContainerProcess process = Kind.valueOf(arguments[0])
                    .builder()
                    .command("/usr/bin/sleep", "1000")
                    .build()
                    .start()) {
                System.out.println(process.pid());
                System.in.read();
            }
        }
    }

    private static Map<Integer, String> open(long pid) {
        Map<Integer, String> open = new TreeMap<>();
        try (Stream<Path> links = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path link : (Iterable<Path>) links::iterator) {
                String target = Files.readSymbolicLink(link).toString();
                open.put(Integer.valueOf(link.getFileName().toString()), target.replaceFirst(":.*", ""));
            }
            return open;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertOpen(String whose, long pid, Map<Integer, String> expected) {
        try {
            Eventually.holds(whose, SOON, () -> open(pid).equals(expected));
        } finally {
            assertThat(open(pid)).as(whose).isEqualTo(expected);
        }
    }

    /** Only root may look: the init lets nobody else. */
    @ParameterizedTest
    @EnumSource
    @Tag("root")
    @NeedsProgram("bash")
    void theSupervisorKeepsTheChannelAndTheCommandItsStreams(Kind kind) throws Exception {
        Process jvm = ChildJvm.by("bash", "-c", "exec 9< /etc/passwd 70<> /dev/null 200< /; exec \"$@\"", "bash")
                .start(Starting.class, kind.name());
        try (BufferedReader output = jvm.inputReader(UTF_8)) {
            long supervisor = Long.parseLong(output.readLine());
            assertThat(open(jvm.pid())).as("what the JVM has inherited").containsKeys(9, 70, 200);
            long command = ProcessHandle.of(supervisor)
                    .orElseThrow()
                    .children()
                    .findFirst()
                    .orElseThrow()
                    .pid();

            assertOpen("supervisor", supervisor, Map.of(3, "socket"));
            assertOpen("command", command, Map.of(0, "pipe", 1, "pipe", 2, "pipe"));
        } finally {
            jvm.destroyForcibly().waitFor();
        }
    }

    @Test
    @NeedsProgram("bash")
    void theCommandFindsNothingElse() throws Exception {
        assertThat(ChildJvm.by("bash", "-c", "exec 9< /etc/passwd 70<> /dev/null 200< /; exec \"$@\"", "bash")
                        .run(Listing.class)
                        .success())
                .isEqualTo("0 1 2 3");
    }

    /** Prints the descriptors of a command, of which the last is for its own look. */
    static final class Listing {
        public static void main(String[] arguments) throws Exception {
            ContainerResult result = Container.builder()
                    .command("sh", "-c", "exec ls /proc/self/fd")
                    .build()
                    .run();
            System.out.print(result.stdout().strip().replace('\n', ' '));
        }
    }
}
