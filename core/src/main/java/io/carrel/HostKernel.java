package io.carrel;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.fs.RootFs;
import io.carrel.fs.Upper;
import io.carrel.linux.KernelFeature;
import io.carrel.linux.KernelVersion;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.uapi.Processor;
import io.carrel.linux.uapi.Syscall;
import io.carrel.namespaces.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the kernel itself offers, beyond what a start shows. */
final class HostKernel {

    private HostKernel() {}

    /** Kernel and processor, for people. */
    static String describe() {
        return "Linux %s on %s".formatted(System.getProperty("os.version", ""), Processor.current());
    }

    /** What was found. */
    static List<Feature> features(boolean isPrivileged) {
        ImmutableList.Builder<Feature> found = ImmutableList.builder();
        found.add(version(), mountSetattr(), memoryFiles(), layers(isPrivileged), queueSettings());
        Path shared = Path.of("/dev/shm");
        if (isPrivileged && Files.isDirectory(shared)) {
            found.add(tmpfs(shared));
        }
        return found.build();
    }

    /**
     * Whether an image can be run as it is: that depends on the file system, too, so it is tried where temporary files
     * are.
     */
    private static Feature layers(boolean isPrivileged) {
        KernelFeature kernel = isPrivileged ? KernelFeature.IDMAPPED_LAYERS : KernelFeature.USER_OVERLAY;
        try {
            Path layer = Files.createTempDirectory("carrel-layer");
            try {
                ContainerBuilder builder =
                        Container.builder().root(RootFs.overlay(layer).upper(Upper.memory(0)));
                return Trial.of(kernel.label(), "in " + layer.getParent(), builder)
                        .of(kernel);
            } finally {
                Files.delete(layer);
            }
        } catch (IOException e) {
            return Feature.missing(kernel.label(), "no directory for a trial: " + e.getMessage(), "")
                    .of(kernel);
        }
    }

    private static Feature tmpfs(Path shared) {
        KernelFeature kernel = KernelFeature.IDMAPPED_TMPFS;
        ContainerBuilder builder = Container.builder().bind(HostPath.of(shared), "/bind", Access.READ_ONLY);
        return Trial.of(kernel.label(), "on " + shared, builder).of(kernel);
    }

    private static Feature queueSettings() {
        KernelFeature kernel = KernelFeature.QUEUE_SYSCTLS;
        ContainerBuilder builder = Container.builder().user(User.ROOT).sysctl("kernel.shmmni", "4096");
        return Trial.of(kernel.label(), "can be written", builder).of(kernel);
    }

    private static Feature version() {
        boolean supported = KernelVersion.current().compareTo(KernelVersion.OLDEST_SUPPORTED) >= 0;
        String oldest = "Linux " + KernelVersion.OLDEST_SUPPORTED;
        return new Feature(
                "kernel",
                supported,
                supported ? "at least " + oldest : "older than " + oldest,
                supported ? "" : "Use a newer kernel.",
                Optional.empty());
    }

    private static Feature mountSetattr() {
        boolean there = Kernel.implemented(Syscall.MOUNT_SETATTR);
        return new Feature(
                KernelFeature.MOUNT_SETATTR.label(),
                there,
                there ? "whole trees become read-only at once" : "mounts become read-only one by one",
                there ? "" : "Linux %s has it; root needs it for binds.".formatted(KernelFeature.MOUNT_SETATTR.since()),
                Optional.of(KernelFeature.MOUNT_SETATTR));
    }

    private static Feature memoryFiles() {
        boolean allowed = ProgramFile.memoryFilesAreExecutable();
        return new Feature(
                "memory files",
                allowed,
                allowed ? "the launcher is one" : "executing them is forbidden; a temporary file serves",
                "",
                Optional.empty());
    }
}
