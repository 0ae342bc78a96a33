package io.carrel;

import io.carrel.linux.KernelFeature;
import io.carrel.linux.KernelVersion;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.uapi.Processor;
import io.carrel.linux.uapi.Syscall;
import java.util.List;

/** What the kernel itself offers, beyond what a start shows. */
final class HostKernel {

    private HostKernel() {}

    /** Kernel and processor, for people. */
    public static String describe() {
        return "Linux %s on %s".formatted(System.getProperty("os.version", ""), Processor.current());
    }

    /** What was found. */
    public static List<Feature> features() {
        return List.of(version(), mountSetattr(), memoryFiles());
    }

    private static Feature version() {
        boolean supported = KernelVersion.current().compareTo(KernelVersion.OLDEST_SUPPORTED) >= 0;
        String oldest = "Linux " + KernelVersion.OLDEST_SUPPORTED;
        return new Feature(
                "kernel",
                supported,
                supported ? "at least " + oldest : "older than " + oldest,
                supported ? "" : "Use a newer kernel.");
    }

    private static Feature mountSetattr() {
        boolean there = Kernel.implemented(Syscall.MOUNT_SETATTR);
        return new Feature(
                "mount_setattr",
                there,
                there ? "whole trees become read-only at once" : "mounts become read-only one by one",
                there
                        ? ""
                        : "Linux %s has it; root needs it for binds.".formatted(KernelFeature.MOUNT_SETATTR.since()));
    }

    private static Feature memoryFiles() {
        boolean allowed = ProgramFile.memoryFilesAreExecutable();
        return new Feature(
                "memory files",
                allowed,
                allowed ? "the launcher is one" : "executing them is forbidden; a temporary file serves",
                "");
    }
}
