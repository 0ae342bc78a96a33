package io.carrel.fs;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * Stacks layers on one another, seen as one tree, as images are made of: what lies in a higher layer hides what has the
 * same path in a lower one. What the container changes goes to its {@link Upper}, so layers are never written to and
 * can be shared. Immutable, so safe for use by several threads.
 *
 * <p>In a layer a character device 0:0 hides what is below, and the attribute {@code user.overlay.opaque} with the
 * value {@code y} makes a directory hide all of what is below; on a layer's root it hides all layers below.
 *
 * <p>{@code /proc}, {@code /dev} with {@code /dev/shm} and {@code /dev/mqueue}, {@code /sys} read-only,
 * {@code /etc/hostname} and {@code /etc/hosts} are mounted into it; all else is as the layers have it. Where the JVM
 * runs as an ordinary user, the container's root is that user, and all files are root's; more ids than one come with
 * {@code subordinateIds}, and with them the owners that are recorded for an image's files. Where it runs as root, ids 0
 * to 65535 on the disk are the same ids inside, by mounts that translate owners.
 *
 * <p>Needs no privileges from Linux 5.11 on; for a JVM that runs as root, Linux 5.19. Where the kernel does not stack
 * the layers, the start fails with an {@link io.carrel.linux.ContainerException}, unless there is a
 * {@linkplain #orElse fallback}. Before Linux 6.6 a directory of a layer that was removed cannot be made anew in an
 * upper in memory, as tmpfs has no user attributes there.
 *
 * <p>See Documentation/filesystems/overlayfs.rst.
 *
 * @param lower the layers, the lowest first, at least one and at most {@value #MOST_LAYERS}
 * @param upper where changes go
 * @param access whether the tree can be written to; read-only, nothing but mount points goes to the upper
 * @param fallback what is done where the kernel does not stack them
 */
public record Overlay(List<HostPath> lower, Upper upper, Access access, OverlayFallback fallback) implements RootFs {

    /** Limits how many layers are stacked, as the overlayfs of the kernel does. */
    public static final int MOST_LAYERS = 500;

    /**
     * Checks the arguments and copies the list.
     *
     * @throws IllegalArgumentException if there are no layers, or more than {@value #MOST_LAYERS}
     */
    public Overlay {
        lower = ImmutableList.copyOf(lower);
        requireNonNull(upper, "upper");
        requireNonNull(access, "access");
        requireNonNull(fallback, "fallback");
        checkArgument(
                !lower.isEmpty() && lower.size() <= MOST_LAYERS,
                "an overlay has 1 to %s layers, not %s",
                MOST_LAYERS,
                lower.size());
    }

    /**
     * Stacks layers that nothing replaces where the kernel does not stack them.
     *
     * @throws IllegalArgumentException if there are no layers, or more than {@value #MOST_LAYERS}
     */
    public Overlay(List<HostPath> lower, Upper upper, Access access) {
        this(lower, upper, access, OverlayFallback.none());
    }

    /** Returns the same with another place for changes. */
    public Overlay upper(Upper other) {
        return new Overlay(lower, other, access, fallback);
    }

    /** Returns the same, read-only. */
    public Overlay readOnly() {
        return new Overlay(lower, upper, Access.READ_ONLY, fallback);
    }

    /**
     * Returns the same, with something else where the kernel does not stack the layers. What the container has then is
     * told by its plan and its enforcement.
     */
    public Overlay orElse(OverlayFallback other) {
        return new Overlay(lower, upper, access, other);
    }
}
