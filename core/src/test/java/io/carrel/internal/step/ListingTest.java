package io.carrel.internal.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.Syscall;
import io.carrel.outcome.HostStage;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListingTest {

    private static SyscallProgram program() {
        ProgramBuilder program = new ProgramBuilder();
        Label failed = new Label("failed");
        program.section("launcher", failed);
        program.call("have a look", Syscall.GETPID);
        program.section("init", failed);
        program.call("go in", Syscall.CHDIR, Operand.text("/wo\"rk"));
        program.section("launcher", failed);
        program.call("end the launcher", Syscall.EXIT_GROUP, Operand.of(0));
        program.section("failure", failed);
        program.place(failed);
        program.call("end after a failure", Syscall.EXIT_GROUP, Operand.of(1));
        return program.build();
    }

    @Test
    void showsEachProcessOnceAndFailuresLast() {
        assertThat(Listing.of(program(), List.of())).isEqualTo("""
                        launcher:
                          getpid()  # have a look
                          exit_group(0)  # end the launcher
                        init:
                          chdir("/wo\\"rk")  # go in
                        after a failure:
                          exit_group(1)  # end after a failure""");
    }

    /** What an image calls its program is part of arguments and of reasons. */
    @Test
    void showsEachStepInOneLineAndNothingRaw() {
        ProgramBuilder program = new ProgramBuilder();
        Label failed = new Label("failed");
        program.section("init", failed);
        String hostile = "a\u001b[31m\r\n  getpid()";
        program.call("execute \"" + hostile + "\"", Syscall.CHDIR, Operand.text(hostile));
        program.place(failed);
        program.call("end", Syscall.GETPID);
        assertThat(Listing.of(program.build(), List.of()).lines())
                .hasSize(3)
                .element(1)
                .isEqualTo("  chdir(\"a\\x1b[31m\\r\\n  getpid()\")  # execute \"a\\x1b[31m\\r\\n  getpid()\"");
    }

    @Test
    void showsTheHostsWorkWhereItIsDone() {
        HostStep<?> before =
                HostStep.doing(HostStage.TAKE_PORTS, HostStep.Moment.BEFORE, "take port 80\n", start -> {});
        HostStep<?> step =
                HostStep.doing(HostStage.MAP_IDS, HostStep.Moment.IDS, "newuidmap PID 0 1000 1", start -> {});
        assertThat(Listing.of(program(), List.of(before, step))).startsWith("""
                        host, before all:
                          take port 80\\n
                        launcher:
                        """);
        assertThat(Listing.of(program(), List.of(before, step))).contains("""
                        host, while the container's first process waits:
                          newuidmap PID 0 1000 1
                        after a failure:""");
    }
}
