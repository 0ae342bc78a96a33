package io.carrel.internal.network;

import io.carrel.fs.Mount;
import io.carrel.internal.spec.FilesSpec;
import io.carrel.internal.spec.IsolationSpec;
import io.carrel.linux.Capability;
import io.carrel.linux.binding.MountInfo;
import io.carrel.namespaces.NamespaceType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A program of the host's that serves a container by its side, in its user namespace and none of its others: whether it
 * may.
 */
public final class SideProgram {

    private static final List<NamespaceType> NEEDED =
            List.of(NamespaceType.USER, NamespaceType.MOUNT, NamespaceType.PID);

    private SideProgram() {}

    /**
     * Why it must not serve this container, whose commands could get at its process and from there at what it has of
     * the host's; empty if it may.
     */
    public static Optional<String> danger(IsolationSpec isolation, FilesSpec files) {
        for (NamespaceType type : NEEDED) {
            if (!isolation.namespaces().creates(type)) {
                return Optional.of("the container needs a namespace of its own of the type " + type);
            }
        }
        return isolation.rights().mayAttain(Capability.SYS_PTRACE) && seesProcessesOfTheHost(files)
                ? Optional.of(
                        "with CAP_SYS_PTRACE and a bind that shows the host's /proc, its process would be open to the"
                                + " container")
                : Optional.empty();
    }

    private static boolean seesProcessesOfTheHost(FilesSpec files) {
        List<Path> shown = MountInfo.current().stream()
                .filter(mount -> mount.type().equals("proc"))
                .map(MountInfo::mountPoint)
                .toList();
        return files.mounts().stream()
                .filter(Mount.Bind.class::isInstance)
                .map(mount -> real(((Mount.Bind) mount).source().path()))
                .anyMatch(
                        source -> shown.stream().anyMatch(proc -> proc.startsWith(source) || source.startsWith(proc)));
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException missing) {
            return path.toAbsolutePath().normalize();
        }
    }
}
