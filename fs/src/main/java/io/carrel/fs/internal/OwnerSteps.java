package io.carrel.fs.internal;

import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import java.util.Arrays;

/**
 * Makes recorded owners real in the place for changes, which the layers below do not notice. The working directory is
 * the new root, in which nothing else is mounted yet; no symbolic link on the way is followed.
 */
record OwnerSteps(ProgramBuilder program) {

    void change(RecordedOwner owner) {
        String step = "give /%s its owner".formatted(owner.shown());
        Operand file = open(step, owner);
        program.call(
                step,
                Syscall.FCHOWNAT,
                file,
                Operand.text(""),
                Operand.of(owner.uid()),
                Operand.of(owner.gid()),
                Operand.of(Fcntl.AT_EMPTY_PATH));
        if (owner.hasSetId()) {
            int mode = owner.permissions();
            program.call(step, Syscall.FCHMOD, file, Operand.of(new Constant("0" + Integer.toOctalString(mode), mode)));
        }
        program.call(step, Syscall.CLOSE, file);
    }

    /** As a path alone, which has no effect on a pipe or a device, unless its permissions are to be set, too. */
    private Operand open(String step, RecordedOwner owner) {
        Constant kind = owner.hasSetId() ? Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK) : Fcntl.O_PATH;
        Constant flags = kind.or(Fcntl.O_NOFOLLOW).or(Fcntl.O_CLOEXEC);
        Constant resolve = Fcntl.RESOLVE_BENEATH.or(Fcntl.RESOLVE_NO_XDEV);
        Data how = Data.struct(
                "{flags=%s, resolve=%s}".formatted(flags, resolve),
                Struct.ofSize(24).u64(flags.value()).u64(0).u64(resolve.value()).toBytes());
        byte[] name = owner.path().getBytes(FileCalls.BYTES);
        Data path = Data.struct("\"%s\"".formatted(owner.shown()), Arrays.copyOf(name, name.length + 1));
        return program.call(
                        step,
                        Syscall.OPENAT2,
                        Operand.of(Fcntl.AT_FDCWD),
                        path.address(),
                        how.address(),
                        Operand.of(how.size()))
                .result("FILE");
    }
}
