package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_BIND;
import static io.carrel.linux.uapi.MountFlags.MS_RDONLY;

import io.carrel.fs.Access;
import io.carrel.fs.Mount;
import io.carrel.fs.Propagation;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that come from memory: written into the tmpfs where mounts are prepared, and bound from there. A memfd would
 * not do, as the kernel binds only what is mounted in the own namespace.
 */
final class Contents {

    private final Site site;
    private final List<Mount.FileContent> files = new ArrayList<>();

    Contents(Site site) {
        this.site = site;
    }

    /** Writes the files. */
    void write(List<Mount> mounts) {
        mounts.forEach(mount -> {
            if (mount instanceof Mount.FileContent file) {
                files.add(file);
            }
        });
        for (int i = 0; i < files.size(); i++) {
            write(files.get(i), site.staging().file(i));
        }
    }

    private void write(Mount.FileContent file, String path) {
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
    }

    /** Binds one of them to {@code path}, read-only. */
    void bind(Mount.FileContent file, String path) {
        String source = site.staging().file(files.indexOf(file));
        String what = "the file " + file.target();
        if (site.spec().binds().mountSetattr()) {
            Operand.Result tree = site.trees().openHere(what, source, false, Access.READ_ONLY, Propagation.PRIVATE);
            site.trees().attach(tree, file.target(), path);
            return;
        }
        String place = site.staging().place(false);
        site.calls().mount("bind " + what, source, place, null, MS_BIND, null);
        site.attributes().remountOne("make " + what + " read-only", place, MS_RDONLY.or(Site.SAFE));
        site.staging().move(place, file.target(), path);
    }
}
