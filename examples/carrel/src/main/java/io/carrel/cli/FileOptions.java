package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.ContainerBuilder;
import io.carrel.fs.Access;
import io.carrel.fs.ImageRoot;
import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.OverlayFallback;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The options of {@code carrel run} that are about files. */
final class FileOptions {

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "SOURCE:INSIDE[:ro]",
            converter = Volume.Converter.class,
            description = "Mount a file, a directory, or a volume by its name, writable without :ro.")
    private List<Mount> volumes = List.of();

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

    @Option(names = "--read-only", description = "Mount the image, or the root of --rootfs, read-only.")
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
            names = "--upper-size",
            paramLabel = "SIZE",
            converter = Size.class,
            description =
                    "Let what the container changes take at most so much, such as 512m. Needs root and project quotas.")
    private long upperSize;

    @Option(
            names = "--or-copy",
            description = "Where the kernel does not stack the image's layers, copy them, which takes time and room.")
    private boolean orCopy;

    @Option(
            names = "--or-fuse",
            description = {
                "Where the kernel does not stack the image's layers, let the program fuse-overlayfs do it.",
                "With --or-copy, too, they are copied where it cannot."
            })
    private boolean orFuse;

    @Option(
            names = "--sysctl",
            paramLabel = "NAME=VALUE",
            description = "Set a kernel parameter of the container's namespaces, such as net.ipv4.ip_forward=1.")
    private Map<String, String> sysctls = new LinkedHashMap<>();

    @Option(
            names = "--nested-user-namespaces",
            description = "Let the command make user namespaces, in which it has every capability.")
    private boolean nestedUserNamespaces;

    /** Reads a size. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return MountOption.bytes(text);
        }
    }

    /** Whether the root is a directory. */
    boolean hasRoot() {
        return rootfs != null;
    }

    /** Whether it is said where changes of the root go. */
    boolean placesChanges() {
        return upper != null || snapshot != null;
    }

    /**
     * Puts them into the definition of a container, whose root may be an image.
     *
     * @param layer where changes of an image go if nobody says where; null if they are thrown away
     */
    void applyTo(ContainerBuilder builder, @Nullable String image, @Nullable Path layer) {
        if (rootfs != null) {
            builder.root(root(rootfs));
        } else if (image != null) {
            ImageRoot root = RootFs.image(image).upper(changes(layer)).orElse(fallback());
            builder.root(readOnly ? root.readOnly() : root);
        } else {
            checkArgument(!readOnly, "--read-only is about images and --rootfs; the host's directories always are");
            checkArgument(
                    !isChanged(),
                    "--upper, --snapshot, --upper-size, --or-fuse and --or-copy are about images and --rootfs");
        }
        // What lies deeper comes later, whatever the order of the options, so that nothing gets covered. Docker does
        // so.
        Stream.of(tmpfs.stream(), volumes.stream(), mounts.stream())
                .<Mount>flatMap(kind -> kind)
                .sorted(Comparator.comparingInt(mount -> mount.target().names().size()))
                .forEach(mount -> builder.mount(checked(mount)));
        sysctls.forEach(builder::sysctl);
        if (nestedUserNamespaces) {
            builder.nestedUserNamespaces(true);
        }
    }

    /** Docker makes what -v names and nobody has made; a misspelled path is then an empty directory. */
    private static Mount checked(Mount mount) {
        if (mount instanceof Mount.Bind bind && !Files.exists(bind.source().path(), LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException(
                    "the host has no %1$s to mount, and carrel makes none; if it is to be a new directory: mkdir -p %1$s"
                            .formatted(bind.source()));
        }
        return mount;
    }

    private RootFs root(Path directory) {
        return !isChanged()
                ? RootFs.directory(directory, readOnly ? Access.READ_ONLY : Access.READ_WRITE)
                : changed(RootFs.overlay(directory));
    }

    /** The layers, with the upper and the access that are asked for. */
    private Overlay changed(Overlay layers) {
        Overlay result = layers.upper(changes(null)).orElse(fallback());
        return readOnly ? result.readOnly() : result;
    }

    /** Whether the root itself is to stay as it is. */
    private boolean isChanged() {
        return upper != null || snapshot != null || upperSize > 0 || orCopy || orFuse;
    }

    private OverlayFallback fallback() {
        if (orFuse) {
            return orCopy ? OverlayFallback.fuseOrCopy() : OverlayFallback.fuse();
        }
        return orCopy ? OverlayFallback.copy() : OverlayFallback.none();
    }

    private Upper changes(@Nullable Path layer) {
        checkArgument(upper == null || snapshot == null, "--upper and --snapshot exclude each other");
        if (upper != null) {
            return Upper.kept(upper).withSize(upperSize);
        }
        if (snapshot != null) {
            return Upper.snapshot(snapshot).withSize(upperSize);
        }
        return (layer == null ? thrownAway() : Upper.kept(layer)).withSize(upperSize);
    }

    /** A storage that is mounted read-only still has images to run. */
    private static Upper thrownAway() {
        return Storage.standard().isReadOnly() ? Upper.memory(0) : Upper.disk();
    }
}
