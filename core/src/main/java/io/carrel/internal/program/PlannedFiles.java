package io.carrel.internal.program;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.internal.FileSystemSpec;
import io.carrel.fs.internal.FuseProgram;
import io.carrel.internal.cgroup.PlannedCgroup;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.definition.Identity;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.uapi.Syscall;
import io.carrel.namespaces.NamespaceType;
import org.jspecify.annotations.Nullable;

/** The file system that a definition means on this host. */
final class PlannedFiles {

    private PlannedFiles() {}

    /**
     * Says what is mounted where.
     *
     * @param upper the host's directory for the changes in an overlay, null where they are in memory
     */
    static FileSystemSpec of(ContainerSpec spec, Identity identity, @Nullable HostPath upper, PlannedCgroup cgroup) {
        return new FileSystemSpec(
                spec.files().root(),
                new FileSystemSpec.Layers(
                        stacking(spec, identity, cgroup),
                        upper,
                        spec.files().owners().real(),
                        spec.isolation().rights().setUserIds()),
                new FileSystemSpec.Additions(
                        spec.identity().hostname().orElse(null), spec.command().directory()),
                ImmutableList.<Mount>builder()
                        .addAll(spec.files().mounts())
                        .addAll(cgroup.mount().stream().toList())
                        .build(),
                new FileSystemSpec.Own(
                        spec.creates(NamespaceType.PID),
                        spec.creates(NamespaceType.NETWORK),
                        spec.creates(NamespaceType.IPC)),
                new FileSystemSpec.KernelFiles(
                        spec.files().hidesKernelFiles(identity.mayBeHostsRoot()),
                        spec.creates(NamespaceType.NETWORK)
                                || !spec.files().sysctls().isEmpty()),
                new FileSystemSpec.Binds(identity.needsLauncher(), Kernel.implemented(Syscall.MOUNT_SETATTR)));
    }

    private static FileSystemSpec.Stacking stacking(ContainerSpec spec, Identity identity, PlannedCgroup cgroup) {
        if (spec.files().isCopied()) {
            return new FileSystemSpec.Stacking.ByCopy();
        }
        // The number of its descriptor is the first that nothing is passed on by.
        int descriptor = Launcher.FIRST_PASSED + spec.passed() + cgroup.entry().count();
        return spec.files()
                .fused()
                .map(fused -> (FileSystemSpec.Stacking) new FileSystemSpec.Stacking.ByFuse(
                        new FuseProgram(fused.program(), descriptor, identity.rootInside())))
                .orElseGet(FileSystemSpec.Stacking.ByKernel::new);
    }
}
