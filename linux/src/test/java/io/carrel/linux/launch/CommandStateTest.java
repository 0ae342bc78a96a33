package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.testing.Proc;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.testing.Eventually;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command finds when it runs, as /proc shows it from outside. */
@Tag("kernel")
class CommandStateTest {

    private static final String NO_SIGNALS = "0000000000000000";

    @ParameterizedTest
    @EnumSource
    void noSignalIsBlocked(Shape shape) throws Exception {
        try (Started cat = Started.cat(shape)) {
            assertThat(Proc.status(shape.command(cat.process()), "SigBlk")).isEqualTo(NO_SIGNALS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noSignalIsIgnoredThoughTheJvmIgnoresSome(Shape shape) throws Exception {
        try (Started cat = Started.cat(shape)) {
            assertThat(Proc.status(shape.command(cat.process()), "SigIgn")).isEqualTo(NO_SIGNALS);
            assertThat(Proc.status(shape.command(cat.process()), "SigCgt")).isEqualTo(NO_SIGNALS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheStandardStreamsAreOpen(Shape shape) throws Exception {
        try (Started cat = Started.cat(shape)) {
            assertThat(Proc.descriptors(shape.command(cat.process()))).containsExactly(0, 1, 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDescriptorWithoutCloseOnExecIsNotInherited(Shape shape) throws Exception {
        try (Descriptor low = leaky(5);
                Descriptor high = leaky(700);
                Started cat = Started.cat(shape)) {
            assertThat(low.isOpen() && high.isOpen()).isTrue();
            assertThat(Proc.descriptors(shape.command(cat.process()))).containsExactly(0, 1, 2);
            assertThat(Proc.descriptors(cat.process().pid()))
                    .as("supervisor's")
                    .doesNotContain(low.number(), high.number());
        }
    }

    /** One that libraries which know nothing of O_CLOEXEC would open. */
    private static Descriptor leaky(int lowest) {
        try (Descriptor file = Kernel.open("Cannot open the test's file", "/etc/passwd", Fcntl.O_RDONLY)) {
            Descriptor leaky = Kernel.duplicate(file, lowest);
            Kernel.fcntl("Cannot make it leak", leaky, Fcntl.F_SETFD, Constant.of(0));
            return leaky;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSupervisorKeepsNothingButTheChannel(Shape shape) throws Exception {
        try (Started cat = Started.cat(shape)) {
            long supervisor = cat.process().pid();
            // The supervisor closes them after it has let this JVM go on.
            Eventually.holds(
                    "only the channel is open",
                    Duration.ofSeconds(20),
                    () -> Proc.descriptors(supervisor).equals(Set.of(3)));
            assertThat(Proc.link(supervisor, "fd/3")).startsWith("socket:");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCommandLeadsASessionOfItsOwn(Shape shape) throws Exception {
        try (Started cat = Started.cat(shape)) {
            long command = shape.command(cat.process());
            assertThat(Proc.session(command)).isEqualTo(command);
            assertThat(Proc.session(cat.process().pid())).isNotEqualTo(command);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSupervisorRunsTheSealedFile(Shape shape) throws Exception {
        try (Started cat = Started.cat(shape)) {
            assertThat(Proc.link(cat.process().pid(), "exe")).isEqualTo("/memfd:carrel (deleted)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "pid"})
    void anInitAndItsCommandAreInTheNewNamespaces(String type) throws Exception {
        try (Started cat = Started.cat(Shape.INIT)) {
            String own = Proc.link(ProcessHandle.current().pid(), "ns/" + type);
            String inits = Proc.link(cat.process().pid(), "ns/" + type);
            assertThat(inits).isNotEqualTo(own);
            assertThat(Proc.link(Shape.INIT.command(cat.process()), "ns/" + type))
                    .isEqualTo(inits);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INIT", "COMMAND_IS_INIT"})
    void thePidsInsideAreSmall(Shape shape) throws Exception {
        try (Started cat = Started.cat(shape)) {
            String inside = shape == Shape.INIT ? "2" : "1";
            assertThat(Proc.status(shape.command(cat.process()), "NSpid")).endsWith("\t" + inside);
        }
    }
}
