package io.carrel.linux.launch;

import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Syscall;

/** The steps by which the processes of a start come into their cgroup, as {@link CgroupEntry} says. */
record CgroupSteps(ProgramBuilder program, ChannelSteps channel, CgroupEntry cgroup) {

    /**
     * In the launcher: receives the descriptors and enters the groups of v1.
     *
     * @param quit where to go when the JVM gives up
     */
    void enter(Label quit) {
        if (cgroup.count() > 0) {
            channel.receive("wait for the cgroup", cgroup.first(), cgroup.count())
                    .onZero(quit);
        }
        int count = cgroup.tasksFiles();
        for (int fd = cgroup.first(); fd < cgroup.first() + count; fd++) {
            program.call("enter the cgroup", Syscall.WRITE, Operand.of(fd), Operand.text("0"), Operand.of(1));
        }
        if (count > 0) {
            Constant last = Constant.of(cgroup.first() + count - 1);
            channel.closeRange("close the files of the cgroup", cgroup.first(), last, Constant.of(0));
        }
    }

    /** In the first process: closes the directory that it was born by. */
    void closeDirectory() {
        if (cgroup.unified()) {
            program.call("close the directory of the cgroup", Syscall.CLOSE, Operand.of(cgroup.directory()));
        }
    }

    /** In the command's process: puts the init, the first of its PID namespace, back where the JVM is. */
    void putInitBack() {
        for (int fd = cgroup.firstBack(); fd < cgroup.firstBack() + cgroup.back(); fd++) {
            String step = "keep the container's first process out of the cgroup that is given away";
            program.call(step, Syscall.WRITE, Operand.of(fd), Operand.text("1"), Operand.of(1));
        }
    }
}
