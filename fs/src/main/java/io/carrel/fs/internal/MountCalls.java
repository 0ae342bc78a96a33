package io.carrel.fs.internal;

import io.carrel.linux.LinuxSubject;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import org.jspecify.annotations.Nullable;

/** The calls that all roots are built with. */
record MountCalls(ProgramBuilder program) {

    private static final Constant DIRECTORY_MODE = new Constant("0755", 0755);

    /** Null texts are passed on as null pointers. */
    ProgramBuilder.Call mount(
            String step,
            @Nullable String source,
            String target,
            @Nullable String type,
            Constant flags,
            @Nullable String data) {
        ProgramBuilder.Call call = program.call(
                step, Syscall.MOUNT, text(source), Operand.text(target), text(type), Operand.of(flags), text(data));
        return source != null && type == null ? call.about(LinuxSubject.MOUNT_SOURCE) : call;
    }

    private static Operand text(@Nullable String text) {
        return text == null ? Operand.none() : Operand.text(text);
    }

    void chdir(String step, String path) {
        program.call(step, Syscall.CHDIR, Operand.text(path));
    }

    void symlink(String step, String target, String link) {
        program.call(step, Syscall.SYMLINKAT, Operand.text(target), Operand.of(Fcntl.AT_FDCWD), Operand.text(link));
    }

    void mkdir(String step, String path) {
        program.call(step, Syscall.MKDIRAT, Operand.of(Fcntl.AT_FDCWD), Operand.text(path), Operand.of(DIRECTORY_MODE));
    }
}
