package io.carrel.fs;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * Layers on one another, seen as one tree, as images are made of: what lies in a higher layer hides what has the same path
 * in a lower one. What the container changes goes to its {@link Upper}, so layers are never written to and can be shared.
 *
 * <p>In a layer a character device 0:0 hides what is below, and the attribute {@code user.overlay.opaque} with the value
 * {@code y} makes a directory hide all of what is below; on a layer's root it hides all layers below.
 *
 * <p>{@code /proc}, {@code /dev} with {@code /dev/shm} and {@code /dev/mqueue}, {@code /sys} read-only, {@code /etc/hostname}
 * and {@code /etc/hosts} are mounted into it; all else is as the layers have it. Where the JVM runs as an ordinary user, the
 * container's root is that user, and all files are root's; more ids than one come with {@code subordinateIds}, and with them the owners that are recorded for an image's files. Where it runs as root,
 * ids 0 to 65535 on the disk are the same ids inside, by mounts that translate owners.
 *
 * <p>Needs no privileges from Linux 5.11 on; for a JVM that runs as root, Linux 5.19. Before Linux 6.6 a directory of a layer
 * that was removed cannot be made anew in an upper in memory, as tmpfs has no user attributes there.
 *
 * @param lower the layers, the lowest first, at least one and at most {@value #MOST_LAYERS}
 * @param upper where changes go
 * @param access whether the tree can be written to; read-only, nothing but mount points goes to the upper
 * @param fallback what is done where the kernel does not stack them
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">overlayfs</a>
 */
public record Overlay(List<HostPath> lower, Upper upper, Access access, OverlayFallback fallback) implements RootFs {

    /** The most layers that the kernel's overlayfs stacks. */
    public static final int MOST_LAYERS = 500;

    /** Checks the arguments and copies the list. */
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

    /** Layers that nothing replaces where the kernel does not stack them. */
    public Overlay(List<HostPath> lower, Upper upper, Access access) {
        this(lower, upper, access, OverlayFallback.none());
    }

    /** The same with another upper. */
    public Overlay upper(Upper other) {
        return new Overlay(lower, other, access, fallback);
    }

    /** The same, read-only. */
    public Overlay readOnly() {
        return new Overlay(lower, upper, Access.READ_ONLY, fallback);
    }

    /** The same, with something else where the kernel does not stack layers. Each start says what it has. */
    public Overlay orElse(OverlayFallback other) {
        return new Overlay(lower, upper, access, other);
    }
}
