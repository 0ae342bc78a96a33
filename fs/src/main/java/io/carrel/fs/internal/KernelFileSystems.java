package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_NOEXEC;
import static io.carrel.linux.uapi.MountFlags.MS_NOSUID;
import static io.carrel.linux.uapi.MountFlags.MS_RDONLY;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.FileSystemSubject;
import io.carrel.fs.Mount;
import io.carrel.linux.program.Operand;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** File systems whose files the kernel makes up. */
final class KernelFileSystems {

    private final Site site;
    private final MountCalls calls;
    private final Runnable network;
    private Operand.@Nullable Result settings;

    /** Before {@code /sys} is mounted, {@code network} makes sure that the process is in the container's network. */
    KernelFileSystems(Site site, Runnable network) {
        this.site = site;
        calls = site.calls();
        this.network = network;
    }

    /** Only a PID namespace of one's own may be shown; without one the host's view is bound. */
    void proc(ContainerPath target) {
        String place = site.begin(target);
        if (site.spec().own().processes()) {
            calls.mount("mount a private /proc", "proc", place, "proc", Site.SAFE.or(MS_NOEXEC), null)
                    .about(FileSystemSubject.PROC);
        } else {
            calls.mount("bind /proc", "/proc", place, null, Attributes.recursive(), null);
        }
        openSettings(place);
        if (site.spec().kernelFiles().masked()) {
            new Masks(site).applyToProc(place);
        }
        site.end(place, target);
    }

    /** Where the host's root stays the root and its processes are seen. */
    void keepProc() {
        openSettings("/proc");
        if (site.spec().kernelFiles().masked()) {
            new Masks(site).applyToProc("/proc");
        }
    }

    /** The directory of settings is found once, where nobody else can lead its name elsewhere. */
    private void openSettings(String proc) {
        if (site.spec().kernelFiles().settings() && settings == null) {
            settings = calls.program()
                    .call(
                            "find the kernel's settings",
                            Syscall.OPENAT,
                            Operand.of(Fcntl.AT_FDCWD),
                            Operand.text(proc + "/sys"),
                            Operand.of(Fcntl.O_PATH.or(Fcntl.O_CLOEXEC)),
                            Operand.of(0))
                    .result("SETTINGS");
        }
    }

    /** The directory of settings, null where none are to be written. */
    Operand.@Nullable Result settings() {
        return settings;
    }

    /**
     * The kernel lets a user namespace mount it only where the host's can be seen as well, so before the root changes.
     */
    void sys(ContainerPath target) {
        if (site.spec().own().network()) {
            network.run();
        }
        String place = site.begin(target);
        if (site.spec().own().network()) {
            Constant flags = MS_RDONLY.or(Site.SAFE).or(MS_NOEXEC);
            calls.mount("mount a private /sys", "sysfs", place, "sysfs", flags, null)
                    .about(FileSystemSubject.SYSFS);
        } else {
            calls.mount("bind /sys", "/sys", place, null, Attributes.recursive(), null);
            site.attributes().restrict("make /sys read-only", place, Path.of("/sys"), Access.READ_ONLY);
        }
        if (site.spec().kernelFiles().masked()) {
            new Masks(site).applyToSys(place);
        }
        site.end(place, target);
    }

    void tmp(String path) {
        calls.mount("mount a private /tmp", "tmpfs", path, "tmpfs", Site.SAFE, "mode=1777" + MemorySize.option(0));
    }

    void tmpfs(Mount.Tmpfs tmpfs, String path) {
        String size = MemorySize.option(tmpfs.sizeBytes());
        String mode = "mode=" + Integer.toOctalString(tmpfs.mode());
        calls.mount("mount a tmpfs on " + tmpfs.target(), "tmpfs", path, "tmpfs", Site.SAFE, mode + size);
    }

    void devpts(ContainerPath target, String path) {
        calls.mount(
                "mount terminals on " + target, "devpts", path, "devpts", MS_NOSUID.or(MS_NOEXEC), Devices.TERMINALS);
    }

    void mqueue(ContainerPath target, String path) {
        calls.mount("mount message queues on " + target, "mqueue", path, "mqueue", Site.SAFE.or(MS_NOEXEC), null);
    }
}
