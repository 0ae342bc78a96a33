package io.carrel.internal.program;

import io.carrel.internal.definition.ContainerSubject;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Sysctl;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps that write a container's kernel settings, when it is in all its namespaces.
 *
 * @param settings the directory of settings; null where the container has the host's mounts
 */
record SysctlSteps(ProgramBuilder program, Operand.@Nullable Result settings) {

    void write(List<Sysctl> sysctls) {
        sysctls.forEach(this::write);
    }

    /**
     * The same where the host allows it: a container runs without them, too, as in one whose {@code /proc/sys} is
     * read-only.
     */
    void writeWherePossible(List<Sysctl> sysctls) {
        for (Sysctl sysctl : sysctls) {
            String step = "set " + sysctl.name() + " where possible";
            Operand file = open(step, sysctl).ignoreFailure().result("SYSCTL");
            Data value = Data.text(sysctl.value());
            program.call(step, Syscall.WRITE, file, value.address(), Operand.of(length(sysctl)))
                    .ignoreFailure();
        }
    }

    private ProgramBuilder.Call open(String step, Sysctl sysctl) {
        return program.call(
                        step,
                        Syscall.OPENAT,
                        settings == null ? Operand.of(Fcntl.AT_FDCWD) : settings,
                        Operand.text(settings == null ? "/proc/sys/" + sysctl.path() : sysctl.path()),
                        Operand.of(Fcntl.O_WRONLY.or(Fcntl.O_CLOEXEC)),
                        Operand.of(0))
                .about(ContainerSubject.SYSCTL);
    }

    private static int length(Sysctl sysctl) {
        return sysctl.value().getBytes(StandardCharsets.UTF_8).length;
    }

    private void write(Sysctl sysctl) {
        String step = "set " + sysctl.name();
        Data value = Data.text(sysctl.value());
        if (sysctl.namespace() == NamespaceType.UTS) {
            // The file belongs to the host's root on every kernel, the call to the namespace's.
            program.call(step, Syscall.SETDOMAINNAME, value.address(), Operand.of(length(sysctl)));
            return;
        }
        Operand file = open(step, sysctl).result("SYSCTL");
        program.call(step, Syscall.WRITE, file, value.address(), Operand.of(length(sysctl)));
    }
}
