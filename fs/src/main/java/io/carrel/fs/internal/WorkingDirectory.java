package io.carrel.fs.internal;

import io.carrel.fs.ContainerPath;
import io.carrel.fs.FileSystemSubject;
import io.carrel.linux.Errno;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the directory in which the command starts, where it is missing, as other engines do: it is root's, with mode
 * 0755. Many images name one that none of their layers has. Links to what is not there are followed inside the root,
 * which the kernel does not do for what it makes.
 */
record WorkingDirectory(Site site) {

    private static final Constant MODE = new Constant("0755", 0755);

    /** In a root that becomes read-only now, if it lies in the root itself. */
    void makeEarly() {
        ContainerPath directory = site.spec().additions().directory();
        if (!directory.equals(ContainerPath.ROOT)) {
            site.points().makeEarly(directory, true);
        }
    }

    /**
     * In the finished root, also in what is mounted there. What may not be looked at here the command's user may yet
     * enter.
     */
    void make() {
        if (site.spec().additions().directory().equals(ContainerPath.ROOT)) {
            return;
        }
        ContainerPath directory = site.points().follow(site.spec().additions().directory());
        List<ContainerPath> paths = new ArrayList<>(directory.parents());
        paths.add(directory);
        paths.forEach(this::makeOne);
    }

    private void makeOne(ContainerPath path) {
        ProgramBuilder program = site.calls().program();
        Label failed = new Label("not made");
        Label next = new Label("next directory");
        program.call(
                        "make the working directory " + path,
                        Syscall.MKDIRAT,
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text(path.text()),
                        Operand.of(MODE))
                .about(FileSystemSubject.WORKING_DIRECTORY)
                .onZero(next)
                .onFailure(failed);
        program.place(failed);
        Operand.Address failure = program.report(Report.FAILURE);
        program.ifEqual(failure, -Errno.EEXIST.number(), next);
        program.ifEqual(failure, -Errno.EACCES.number(), next);
        program.fail();
        program.place(next);
    }
}
