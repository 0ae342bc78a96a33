package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_BIND;

import io.carrel.fs.Mount;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.MountFlags;
import io.carrel.linux.uapi.Syscall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Files that come from memory: written into a tmpfs, which is then covered, and bound from there by their descriptors. A
 * memfd would not do, as the kernel binds only what is mounted in the own namespace.
 */
final class Contents {

    /** Places for the files' descriptors, so that their paths are known when the program is made. */
    private static final int FIRST_FILE = 200;

    private final Site site;
    private final List<Mount.FileContent> files = new ArrayList<>();

    Contents(Site site) {
        this.site = site;
    }

    /** Writes the files; {@code scratch} is a directory of the host's. */
    void write(List<Mount> mounts, String scratch) {
        mounts.forEach(mount -> {
            if (mount instanceof Mount.FileContent file) {
                files.add(file);
            }
        });
        if (!files.isEmpty()) {
            site.calls()
                    .mount("mount a place for files from memory", "tmpfs", scratch, "tmpfs", Site.SAFE, "mode=0700");
        }
        for (int i = 0; i < files.size(); i++) {
            write(files.get(i), scratch + "/" + i, FIRST_FILE + i);
        }
    }

    private void write(Mount.FileContent file, String path, int descriptor) {
        String step = "write the content of " + file.target();
        ProgramBuilder program = site.calls().program();
        Operand written = program.call(
                        step,
                        Syscall.OPENAT,
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text(path),
                        Operand.of(Fcntl.O_WRONLY
                                .or(Fcntl.O_CREAT)
                                .or(Fcntl.O_EXCL)
                                .or(Fcntl.O_CLOEXEC)),
                        Operand.of(new Constant("0" + Integer.toOctalString(file.mode()), file.mode())))
                .result("FILE");
        if (file.content().size() > 0) {
            Data bytes = Data.struct("{" + file.content() + "}", file.content().toBytes());
            program.call(step, Syscall.WRITE, written, bytes.address(), Operand.of(bytes.size()));
        }
        program.call(step, Syscall.CLOSE, written);
        Operand found = program.call(
                        step,
                        Syscall.OPENAT,
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text(path),
                        Operand.of(Fcntl.O_PATH.or(Fcntl.O_CLOEXEC)),
                        Operand.of(0))
                .result("FILE");
        program.call(step, Syscall.DUP3, found, Operand.of(descriptor), Operand.of(Fcntl.O_CLOEXEC));
    }

    /** Binds one of them to {@code path}, read-only; {@code bound} finds the place again. */
    void bind(Mount.FileContent file, String path, Supplier<String> bound) {
        String source = "/proc/self/fd/" + (FIRST_FILE + files.indexOf(file));
        site.calls().mount("mount the file " + file.target(), source, path, null, MS_BIND, null);
        site.attributes().makeReadOnly("make the file " + file.target() + " read-only", bound.get(), Site.SAFE);
    }

    /** Where the host's root stays the root, its directory is to be seen again. */
    void uncover(String scratch) {
        if (!files.isEmpty()) {
            site.calls()
                    .program()
                    .call(
                            "uncover " + scratch,
                            Syscall.UMOUNT2,
                            Operand.text(scratch),
                            Operand.of(MountFlags.MNT_DETACH));
        }
    }
}
