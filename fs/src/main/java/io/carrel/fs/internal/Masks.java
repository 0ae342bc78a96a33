package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_BIND;
import static io.carrel.linux.uapi.MountFlags.MS_RDONLY;

import io.carrel.fs.Access;
import io.carrel.fs.Mount;
import io.carrel.linux.Errno;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.MountFlags;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Hides files and makes them read-only. */
record Masks(Site site) {

    /** What the OCI's runtimes hide of {@code /proc}: it tells of the host's kernel and devices. */
    private static final List<String> HIDDEN = List.of(
            "acpi", "asound", "kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug", "scsi");

    private static final List<String> HIDDEN_IN_SYS = List.of("firmware", "devices/virtual/powercap");

    /** And what they make read-only; drivers and the debugging of the kernel besides. */
    private static final List<String> READ_ONLY =
            List.of("bus", "driver", "dynamic_debug", "fs", "irq", "mtrr", "sys", "sysrq-trigger");

    /**
     * Hides what the container is not to see of its host, and makes the settings of the host's kernel read-only.
     *
     * @param proc where {@code /proc} is that was just mounted, by a name that nobody else can lead elsewhere
     */
    void applyToProc(String proc) {
        Path host = Path.of("/proc");
        HIDDEN.forEach(name -> hideIfThere(host.resolve(name), proc + "/" + name));
        for (String name : READ_ONLY) {
            Path source = host.resolve(name);
            if (Files.exists(source)) {
                String path = proc + "/" + name;
                bindToItself(path);
                makeReadOnly(source, path);
            }
        }
    }

    /** The same for {@code /sys}, which is read-only already. */
    void applyToSys(String sys) {
        HIDDEN_IN_SYS.forEach(name -> hideIfThere(Path.of("/sys", name), sys + "/" + name));
    }

    /** With the host's processes, what is mounted on the host's settings is the host's, too. */
    private void makeReadOnly(Path source, String path) {
        String step = "make " + source + " read-only";
        if (site.spec().own().processes()) {
            site.attributes().makeReadOnly(step, path, Site.SAFE.or(MountFlags.MS_NOEXEC));
        } else {
            site.attributes().restrict(step, path, source, Access.READ_ONLY);
        }
    }

    /** The container's /proc and /sys have what the host's have. */
    private void hideIfThere(Path source, String path) {
        if (Files.isDirectory(source)) {
            hideDirectory(path);
        } else if (Files.exists(source)) {
            hideFile(path);
        }
    }

    /**
     * The user's own, in the finished root, so that every path leads to where it will lead the container. Last of all,
     * as settings may have to be written before.
     */
    void apply(List<Mount> mounts) {
        for (Mount mount : mounts) {
            if (mount instanceof Mount.Masked) {
                hide(mount.target().text());
            } else if (mount instanceof Mount.ReadOnly) {
                Label done = new Label("done");
                unlessMissing(bindToItself(mount.target().text()), done);
                makeReadOnly(mount.target().text());
                site.calls().program().place(done);
            }
        }
    }

    /** Whether it is a file or a directory is known only when the container has its files. */
    private void hide(String path) {
        ProgramBuilder program = site.calls().program();
        Operand.Address failure = program.report(Report.FAILURE);
        Label failed = new Label("failed");
        Label directory = new Label("directory");
        Label done = new Label("done");
        hideFile(path).onFailure(failed);
        program.go(done);
        program.place(failed);
        program.ifEqual(failure, -Errno.ENOENT.number(), done);
        program.ifEqual(failure, -Errno.ENOTDIR.number(), directory);
        program.fail();
        program.place(directory);
        hideDirectory(path);
        program.place(done);
    }

    private ProgramBuilder.Call hideFile(String path) {
        return site.calls().mount("hide the file " + path, "/dev/null", path, null, MS_BIND, null);
    }

    private void hideDirectory(String path) {
        Constant flags = MS_RDONLY.or(Site.SAFE);
        site.calls().mount("hide the directory " + path, "tmpfs", path, "tmpfs", flags, "size=0,mode=0755");
    }

    private ProgramBuilder.Call bindToItself(String path) {
        return site.calls().mount("bind " + path + " to itself", path, path, null, Attributes.recursive(), null);
    }

    private void unlessMissing(ProgramBuilder.Call call, Label done) {
        ProgramBuilder program = site.calls().program();
        Label failed = new Label("failed");
        Label there = new Label("there");
        call.onFailure(failed);
        program.go(there);
        program.place(failed);
        program.ifEqual(program.report(Report.FAILURE), -Errno.ENOENT.number(), done);
        program.fail();
        program.place(there);
    }

    private void makeReadOnly(String path) {
        Constant kept = path.startsWith("/proc/") ? Site.SAFE.or(MountFlags.MS_NOEXEC) : Site.SAFE;
        site.attributes().makeReadOnly("make " + path + " read-only", path, kept);
    }
}
