package io.carrel.cgroups.internal.devices;

import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.cgroups.limits.DeviceType;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.uapi.Capabilities;
import io.carrel.linux.uapi.Fcntl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The files {@code devices.allow} and {@code devices.deny} of one group, open to be written. Not thread-safe. */
final class LegacyDeviceFiles implements AutoCloseable {

    private final Path directory;
    private final Descriptor deny;
    private final Descriptor allow;

    LegacyDeviceFiles(Path directory) {
        this.directory = directory;
        deny = open(DeviceRule.DENY_ALL);
        try {
            allow = open(DeviceRule.ALLOW_ALL);
        } catch (KernelFileException | NotPermittedException e) {
            deny.close();
            throw e;
        }
    }

    /** As the kernel takes it: of a rule about all devices the letter is enough. */
    static String text(DeviceRule rule) {
        return rule.type() == DeviceType.ALL ? rule.type().letter() : rule.format();
    }

    /** Where a rule is written. */
    static Path file(Path directory, DeviceRule rule) {
        return directory.resolve(rule.allowed() ? "devices.allow" : "devices.deny");
    }

    /** Whether this process may write rules, as far as its capabilities tell. */
    static void checkPrivileges() {
        if (!isPrivileged()) {
            throw forbidden("this process lacks it");
        }
    }

    private static boolean isPrivileged() {
        return ProcessStatus.current().has(Capabilities.CAP_SYS_ADMIN);
    }

    private static NotPermittedException forbidden(String reason) {
        return new NotPermittedException(
                "set device rules", "CAP_SYS_ADMIN of the host on cgroup v1: " + reason, DeviceController.REMEDY);
    }

    private Descriptor open(DeviceRule rule) {
        try {
            return Kernel.open(
                    "Cannot set the devices of a group", file(directory, rule).toString(), Fcntl.O_WRONLY);
        } catch (SyscallException e) {
            throw failure(rule, e);
        }
    }

    /** The kernel takes one rule at a time. */
    void write(DeviceRule rule) {
        try {
            TransferCalls.write(rule.allowed() ? allow : deny, text(rule).getBytes(StandardCharsets.US_ASCII));
        } catch (SyscallException e) {
            throw failure(rule, e);
        }
    }

    private RuntimeException failure(DeviceRule rule, SyscallException e) {
        boolean refused = e.errno().equals(Errno.EPERM);
        if (e.errno().equals(Errno.EACCES) || refused && !isPrivileged()) {
            return forbidden("%s failed with %s".formatted(e.call(), e.errno().describe()));
        }
        String doing = "Cannot set the devices of a group";
        if (refused) {
            doing += ", whose parent does not allow this, or this JVM is root of a user namespace only";
        } else if (e.errno().equals(Errno.EINVAL) && rule.type() == DeviceType.ALL) {
            doing += ", as cgroup v1 takes no rule about all devices once there are groups below it";
        }
        return new KernelFileException(doing, file(directory, rule).toString(), text(rule), e);
    }

    @Override
    public void close() {
        deny.close();
        allow.close();
    }
}
