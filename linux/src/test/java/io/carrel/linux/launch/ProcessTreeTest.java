package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.LinuxSubject;
import io.carrel.linux.program.Step;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.testing.Golden;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The programs themselves; the other tests of this package run them. */
class ProcessTreeTest {

    @ParameterizedTest
    @EnumSource
    void theProgramIsAsListed(Shape shape) throws Exception {
        String name = "process-tree-" + shape.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".txt";
        Golden.assertMatches(name, shape.program("/bin/true").toString());
    }

    @ParameterizedTest
    @EnumSource
    void nothingOfTheJvmsStaysOpenFromTheFirstStepOn(Shape shape) {
        SyscallProgram program = shape.program("/bin/true");
        assertThat(program.steps().get(0))
                .isEqualTo(new Step(
                        "launcher",
                        "close_range",
                        "4, UINT_MAX, 0",
                        "close the descriptors of the JVM",
                        LinuxSubject.OTHER));
    }

    @ParameterizedTest
    @EnumSource
    void passedDescriptorsStayOpenInTheFirstStep(Shape shape) {
        SyscallProgram program = shape.program(3, Shape::nothing, Shape::nothing, "/bin/true");
        assertThat(program.steps().get(0).arguments()).isEqualTo("7, UINT_MAX, 0");
    }
}
