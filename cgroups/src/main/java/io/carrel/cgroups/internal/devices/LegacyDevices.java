package io.carrel.cgroups.internal.devices;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.NotPermittedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Devices on cgroup v1: rules are written to {@code devices.deny} and {@code devices.allow}, one at a time. A list that
 * denies all but some becomes another such list, and one that allows all but some another such list, without a moment
 * in which something is allowed that both deny, or denied that both allow. Other changes begin with a rule about all
 * devices: for a moment all are denied, or all are allowed.
 *
 * <p>The kernel does not show what is denied where others are allowed, so this object remembers what it set; what
 * somebody else set so is gone with the next change.
 */
public final class LegacyDevices implements DeviceController {

    private final Path directory;

    @GuardedBy("this") private @Nullable LegacyDeviceList last;

    /** The devices of the group with this directory in the hierarchy of the controller {@code devices}. */
    public LegacyDevices(Path directory) {
        this.directory = directory;
    }

    @Override
    public void check(DevicePolicy policy) {
        LegacyDeviceList.of(policy);
        if (!policy.isOpen()) {
            LegacyDeviceFiles.checkPrivileges();
        }
    }

    @Override
    public synchronized void apply(DevicePolicy policy) {
        LegacyDeviceList wanted = LegacyDeviceList.of(policy);
        LegacyDeviceList shown = shown();
        boolean remembered = shown.allowsOthers() && last != null && last.allowsOthers();
        LegacyDeviceList present = remembered && last != null ? last : shown;
        boolean gradual = wanted.allowsOthers() == present.allowsOthers() && (remembered || !shown.allowsOthers());
        try (LegacyDeviceFiles files = new LegacyDeviceFiles(directory)) {
            change(files, present, wanted, gradual);
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

    private static void change(
            LegacyDeviceFiles files, LegacyDeviceList present, LegacyDeviceList wanted, boolean gradual) {
        List<DeviceRule> done = new ArrayList<>();
        try {
            for (DeviceRule rule : gradual ? wanted.rulesAfter(present) : wanted.rules()) {
                files.write(rule);
                done.add(rule);
            }
        } catch (KernelFileException | NotPermittedException e) {
            if (!done.isEmpty()) {
                undo(files, gradual ? inverse(done) : present.rules(), e);
            }
            throw e;
        }
    }

    private static List<DeviceRule> inverse(List<DeviceRule> done) {
        return Lists.reverse(done).stream()
                .map(rule -> new DeviceRule(!rule.allowed(), rule.type(), rule.major(), rule.minor(), rule.access()))
                .collect(ImmutableList.toImmutableList());
    }

    private static void undo(LegacyDeviceFiles files, List<DeviceRule> rules, RuntimeException failure) {
        try {
            rules.forEach(files::write);
        } catch (KernelFileException | NotPermittedException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public String explain(DevicePolicy policy) {
        return LegacyDeviceList.of(policy).rules().stream()
                .map(rule -> "write \"%s\" to %s\n"
                        .formatted(LegacyDeviceFiles.text(rule), LegacyDeviceFiles.file(directory, rule)))
                .collect(joining());
    }
}
