package io.carrel.cgroups.internal.devices;

import static io.carrel.linux.uapi.Bpf.BPF_CGROUP_DEVICE;
import static io.carrel.linux.uapi.Bpf.BPF_PROG_TYPE_CGROUP_DEVICE;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.BpfCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.bpf.BpfProgram;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Devices on cgroup v2, where the rules are a program that is attached to the group and goes with it. Programs that
 * others attached, such as systemd's, stay and have their say. So nothing has to be kept here: our program is known by
 * its name. Immutable.
 */
public final class UnifiedDevices implements DeviceController {

    private final Path directory;

    /** The devices of the group with this directory. */
    public UnifiedDevices(Path directory) {
        this.directory = directory;
    }

    @Override
    public void check(DevicePolicy policy) {
        if (!policy.isOpen()) {
            load(policy).close();
        }
    }

    @Override
    public synchronized void apply(DevicePolicy policy) {
        try (Descriptor group = Kernel.open(doing(), directory.toString(), Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY))) {
            if (policy.isOpen()) {
                withOwn(group, own -> own.forEach(program -> detach(group, program)));
                return;
            }
            try (Descriptor program = load(policy)) {
                withOwn(group, own -> attach(group, program, own));
            }
        }
    }

    private void attach(Descriptor group, Descriptor program, List<Descriptor> own) {
        if (own.isEmpty()) {
            BpfCalls.attach(doing(), group, BPF_CGROUP_DEVICE, program);
            return;
        }
        BpfCalls.replace(doing(), group, BPF_CGROUP_DEVICE, program, own.get(0));
        // More than one is there only after two JVMs changed the group at the same time.
        own.subList(1, own.size()).forEach(further -> detach(group, further));
    }

    private void detach(Descriptor group, Descriptor program) {
        BpfCalls.detach(doing(), group, BPF_CGROUP_DEVICE, program);
    }

    private interface Use {
        void with(List<Descriptor> programs);
    }

    /** Opens our programs among those of the group. */
    private void withOwn(Descriptor group, Use use) {
        List<Descriptor> own = new ArrayList<>();
        try {
            for (int id : supported(() -> BpfCalls.attached(doing(), group, BPF_CGROUP_DEVICE))) {
                supported(() -> BpfCalls.open(doing(), id)).ifPresent(program -> {
                    if (BpfCalls.name(doing(), program).equals(DeviceProgram.NAME)) {
                        own.add(program);
                    } else {
                        program.close();
                    }
                });
            }
            use.with(own);
        } finally {
            own.forEach(Descriptor::close);
        }
    }

    private Descriptor load(DevicePolicy policy) {
        BpfProgram program = DeviceProgram.of(policy);
        return supported(() -> BpfCalls.load(doing(), BPF_PROG_TYPE_CGROUP_DEVICE, program));
    }

    private static <T> T supported(Supplier<T> call) {
        try {
            return call.get();
        } catch (SyscallException e) {
            String failure = "%s failed with %s".formatted(e.call(), e.errno().describe());
            if (e.errno().equals(Errno.EPERM)) {
                throw new NotPermittedException(
                        "set device rules",
                        "root of the host, who alone may load the program for the kernel that they are on cgroup v2 (before"
                                + " Linux 5.11 within ulimit -l): " + failure,
                        DeviceController.REMEDY);
            }
            if (e.errno().equals(Errno.ENOSYS)) {
                throw new UnsupportedFeatureException(
                        "device rules",
                        "on cgroup v2 they are a program, and this kernel, or a seccomp filter here, takes none: %s."
                                .formatted(failure));
            }
            throw e;
        }
    }

    private String doing() {
        return "Cannot set the devices of " + directory;
    }

    @Override
    public String explain(DevicePolicy policy) {
        return policy.isOpen()
                ? "no program\n"
                : "program %s:\n%s"
                        .formatted(DeviceProgram.NAME, DeviceProgram.of(policy).listing());
    }
}
