package io.carrel.cgroups.internal;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.cgroups.DeviceRule;
import io.carrel.cgroups.DeviceType;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.KernelFile;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Devices on cgroup v1: rules are written to {@code devices.deny} and {@code devices.allow}, one at a time. A list that
 * names what is allowed becomes another such list without a moment in which something is allowed or denied that is so in
 * neither. When all devices were allowed, or will be, the change begins with a rule about all devices.
 *
 * <p>The kernel does not show what is denied where others are allowed, so this object remembers what it set; what
 * somebody else set so is gone with the next change.
 */
public final class LegacyDevices implements DeviceController {

    private static final int CAP_SYS_ADMIN = 21;

    private final Path directory;

    @GuardedBy("this") private @Nullable LegacyDeviceList last;

    /** The devices of the group with this directory in the hierarchy of the controller {@code devices}. */
    public LegacyDevices(Path directory) {
        this.directory = directory;
    }

    @Override
    public void check(DevicePolicy policy) {
        LegacyDeviceList.of(policy);
        if (!policy.isOpen() && !isPrivileged()) {
            throw forbidden("this process lacks it");
        }
    }

    @Override
    public synchronized void apply(DevicePolicy policy) {
        LegacyDeviceList wanted = LegacyDeviceList.of(policy);
        LegacyDeviceList shown = shown();
        boolean known = !shown.allowsOthers() || last != null && last.allowsOthers();
        LegacyDeviceList present = shown.allowsOthers() && last != null && last.allowsOthers() ? last : shown;
        boolean gradual = known && wanted.allowsOthers() == present.allowsOthers();
        List<DeviceRule> changes = gradual ? wanted.rulesAfter(present) : wanted.rules();
        List<DeviceRule> done = new ArrayList<>();
        try {
            for (DeviceRule change : changes) {
                write(change);
                done.add(change);
            }
        } catch (KernelFileException | UnsupportedFeatureException e) {
            undo(gradual ? inverse(done) : done.isEmpty() ? List.of() : present.rules(), e);
            throw e;
        }
        last = wanted;
    }

    private LegacyDeviceList shown() {
        Path file = directory.resolve("devices.list");
        try {
            return LegacyDeviceList.parse(KernelFile.read(file));
        } catch (IOException e) {
            throw new KernelFileException("Cannot read the device rules of a group", file.toString(), "", e);
        }
    }

    private static List<DeviceRule> inverse(List<DeviceRule> done) {
        return Lists.reverse(done).stream()
                .map(rule -> new DeviceRule(!rule.allowed(), rule.type(), rule.major(), rule.minor(), rule.access()))
                .collect(ImmutableList.toImmutableList());
    }

    private void undo(List<DeviceRule> rules, RuntimeException failure) {
        try {
            rules.forEach(this::write);
        } catch (KernelFileException | UnsupportedFeatureException e) {
            failure.addSuppressed(e);
        }
    }

    private void write(DeviceRule rule) {
        Path file = file(rule);
        String doing = "Cannot set the devices of " + directory;
        try (Descriptor open = Kernel.open(doing, file.toString(), Fcntl.O_WRONLY)) {
            Kernel.write(open, text(rule).getBytes(StandardCharsets.US_ASCII));
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
            doing += ", whose parent does not allow this";
        } else if (e.errno().equals(Errno.EINVAL) && rule.type() == DeviceType.ALL) {
            doing += ", as cgroup v1 takes no rule about all devices once there are groups below it";
        }
        return new KernelFileException(doing, file(rule).toString(), text(rule), e);
    }

    private static boolean isPrivileged() {
        return (ProcessStatus.current().effectiveCapabilities() >> CAP_SYS_ADMIN & 1) != 0;
    }

    private static UnsupportedFeatureException forbidden(String reason) {
        return new UnsupportedFeatureException(
                "device rules",
                "on cgroup v1 they need CAP_SYS_ADMIN of the host: %s. Run the JVM as root, or leave out the rules: an ordinary user's container can make no device nodes, and has those alone that are mounted in it."
                        .formatted(reason));
    }

    private Path file(DeviceRule rule) {
        return directory.resolve(rule.allowed() ? "devices.allow" : "devices.deny");
    }

    private static String text(DeviceRule rule) {
        return rule.type() == DeviceType.ALL ? rule.type().letter() : rule.format();
    }

    @Override
    public String explain(DevicePolicy policy) {
        return LegacyDeviceList.of(policy).rules().stream()
                .map(rule -> "write \"%s\" to %s\n".formatted(text(rule), file(rule)))
                .collect(joining());
    }
}
