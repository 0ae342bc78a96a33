package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.ContainerBuilder;
import io.carrel.fs.Access;
import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.fs.Upper;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code carrel run} that are about files. */
final class FileOptions {

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "HOST:INSIDE[:ro]",
            description = "Mount a file or directory, writable without :ro.")
    private List<Mount.Bind> volumes = List.of();

    @Option(
            names = "--tmpfs",
            paramLabel = "DIR[:OPTIONS]",
            description = "Mount an empty, writable directory in memory; size=64m and mode=0700 are options.")
    private List<Mount.Tmpfs> tmpfs = List.of();

    @Option(
            names = "--mount",
            paramLabel = "type=TYPE,...",
            description =
                    "Mount as docker does: bind with source, target, readonly, bind-propagation; tmpfs with target,"
                            + " tmpfs-size, tmpfs-mode; proc, sysfs, devpts, mqueue or dev with target.")
    private List<Mount> mounts = List.of();

    @Option(names = "--rootfs", paramLabel = "DIR", description = "The root: a directory of the host, writable.")
    private @Nullable Path rootfs;

    @Option(names = "--read-only", description = "Mount the root of --rootfs read-only.")
    private boolean readOnly;

    @Option(
            names = "--upper",
            paramLabel = "DIR",
            description = "Leave the root as it is, and keep what the container changes in this directory.")
    private @Nullable Path upper;

    @Option(
            names = "--snapshot",
            paramLabel = "NAME",
            description = "The same, kept under a name in carrel's own directory.")
    private @Nullable String snapshot;

    @Option(
            names = "--sysctl",
            paramLabel = "NAME=VALUE",
            description = "Set a kernel parameter of the container's namespaces, such as net.ipv4.ip_forward=1.")
    private Map<String, String> sysctls = new LinkedHashMap<>();

    /** Puts them into the definition of a container. */
    void applyTo(ContainerBuilder builder) {
        if (rootfs != null) {
            builder.root(root(rootfs));
        } else {
            checkArgument(!readOnly, "--read-only is about --rootfs; the host's directories always are");
            checkArgument(upper == null && snapshot == null, "--upper and --snapshot are about --rootfs");
        }
        // What lies deeper comes later, whatever the order of the options, so that nothing gets covered. Docker does
        // so.
        Stream.of(tmpfs.stream(), volumes.stream(), mounts.stream())
                .<Mount>flatMap(kind -> kind)
                .sorted(Comparator.comparingInt(mount -> mount.target().names().size()))
                .forEach(builder::mount);
        sysctls.forEach(builder::sysctl);
    }

    private RootFs root(Path directory) {
        return upper == null && snapshot == null
                ? RootFs.directory(directory, readOnly ? Access.READ_ONLY : Access.READ_WRITE)
                : changed(RootFs.overlay(directory));
    }

    /** The layers, with the upper and the access that are asked for. */
    private Overlay changed(Overlay layers) {
        checkArgument(upper == null || snapshot == null, "--upper and --snapshot exclude each other");
        Overlay result = layers;
        if (upper != null) {
            result = result.upper(Upper.kept(upper));
        } else if (snapshot != null) {
            result = result.upper(Upper.snapshot(snapshot));
        }
        return readOnly ? result.readOnly() : result;
    }
}
