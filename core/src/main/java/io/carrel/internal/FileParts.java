package io.carrel.internal;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import io.carrel.Sysctl;
import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.fs.internal.RecordedOwner;
import io.carrel.namespaces.NamespaceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a container's files are, and the kernel's settings that appear as files. Immutable.
 *
 * @param root the root file system
 * @param mounts what is mounted into it
 * @param sysctls settings of its namespaces
 * @param hidden whether the kernel's files that tell of the host are hidden, empty for the usual
 * @param confined whether the usual is to keep the command from the host
 * @param copyReason why the root's layers are copied and not stacked; empty if they are stacked
 * @param fused what stacks the root's layers in place of the kernel, and why; empty where the kernel does, or they are copied
 * @param owners files of the root's layers that get the owners which are recorded for them
 * @param unowned how many do not get them
 */
public record FileParts(
        RootFs root,
        List<Mount> mounts,
        List<Sysctl> sysctls,
        Optional<Boolean> hidden,
        boolean confined,
        Optional<String> copyReason,
        Optional<Fused> fused,
        List<RecordedOwner> owners,
        int unowned) {

    /**
     * Layers that fuse-overlayfs stacks.
     *
     * @param program where the host has it
     * @param reason why the kernel does not
     */
    public record Fused(String program, String reason) {}

    /** Copies the lists. */
    public FileParts {
        mounts = ImmutableList.copyOf(mounts);
        sysctls = ImmutableList.copyOf(sysctls);
        owners = ImmutableList.copyOf(owners);
    }

    /** What is mounted where no layers are. */
    public FileParts(RootFs root, boolean confined) {
        this(root, List.of(), List.of(), Optional.empty(), confined, Optional.empty(), Optional.empty(), List.of(), 0);
    }

    /** The same with another root. */
    public FileParts withRoot(RootFs other) {
        return new FileParts(other, mounts, sysctls, hidden, confined, copyReason, fused, owners, unowned);
    }

    /** The same with other mounts. */
    public FileParts withMounts(List<Mount> others) {
        return new FileParts(root, others, sysctls, hidden, confined, copyReason, fused, owners, unowned);
    }

    /** The same with one more mount. */
    public FileParts with(Mount mount) {
        return new FileParts(
                root,
                ImmutableList.<Mount>builder().addAll(mounts).add(mount).build(),
                sysctls,
                hidden,
                confined,
                copyReason,
                fused,
                owners,
                unowned);
    }

    /** The same with one more setting. */
    public FileParts with(Sysctl sysctl) {
        checkState(
                sysctls.stream().noneMatch(known -> known.path().equals(sysctl.path())),
                "%s is set twice",
                sysctl.name());
        return new FileParts(
                root,
                mounts,
                ImmutableList.<Sysctl>builder().addAll(sysctls).add(sysctl).build(),
                hidden,
                confined,
                copyReason,
                fused,
                owners,
                unowned);
    }

    /** The same with this setting, unless another value was asked for. */
    public FileParts withDefault(Sysctl sysctl) {
        return sysctls.stream().anyMatch(known -> known.path().equals(sysctl.path())) ? this : with(sysctl);
    }

    /** The same, with the kernel's files hidden or not. */
    public FileParts withHidden(boolean hide) {
        return new FileParts(root, mounts, sysctls, Optional.of(hide), confined, copyReason, fused, owners, unowned);
    }

    /** The same with the layers copied, for this reason. */
    public FileParts withCopy(String reason) {
        return new FileParts(
                root, mounts, sysctls, hidden, confined, Optional.of(reason), Optional.empty(), owners, unowned);
    }

    /** The same with the layers stacked by this program, for this reason. */
    public FileParts withFuse(String program, String reason) {
        Fused other = new Fused(program, reason);
        return new FileParts(
                root, mounts, sysctls, hidden, confined, Optional.empty(), Optional.of(other), owners, unowned);
    }

    /** The same with these owners, and so many files that stay without theirs. */
    public FileParts withOwners(List<RecordedOwner> others, int without) {
        return new FileParts(root, mounts, sysctls, hidden, confined, copyReason, fused, others, without);
    }

    /** What is not as asked for first, and why. */
    public List<String> fallbacks() {
        List<String> fallbacks = new ArrayList<>();
        copyReason.ifPresent(reason ->
                fallbacks.add("the root is a copy of its layers, as the kernel does not stack them: " + reason));
        fused.ifPresent(other ->
                fallbacks.add("the root's layers are stacked by fuse-overlayfs, as the kernel does not stack them: "
                        + other.reason()));
        if (unowned > 0) {
            fallbacks.add(
                    "%d files of the image are the container's root's, as they are too many to get the owners recorded for them"
                            .formatted(unowned));
        }
        return fallbacks;
    }

    /** Whether the root's layers are copied. */
    public boolean isCopied() {
        return copyReason.isPresent();
    }

    /**
     * In images one expects what other engines do; elsewhere it would cost time, and the user namespace protects.
     *
     * @param hostsRoot whether the host's root may be a user of the container's, to whom the kernel's files belong
     */
    boolean hidesKernelFiles(boolean hostsRoot) {
        return hidden.orElse(root instanceof Overlay || confined && hostsRoot);
    }

    /** Checks that what needs a namespace of the container's own has it. */
    public void check(Set<NamespaceType> created, boolean rootGiven) {
        checkState(
                created.contains(NamespaceType.MOUNT)
                        || mounts.isEmpty() && hidden.isEmpty() && (!rootGiven || root instanceof RootFs.Host),
                "a root and mounts need a mount namespace of the container's own: isolate(NamespaceType.MOUNT)");
        for (Sysctl sysctl : sysctls) {
            checkState(
                    created.contains(sysctl.namespace()),
                    "%s needs a namespace of the container's own: isolate(NamespaceType.%s)",
                    sysctl.name(),
                    sysctl.namespace());
        }
        checkState(
                created.contains(NamespaceType.IPC) || mounts.stream().noneMatch(Mount.Mqueue.class::isInstance),
                "message queues need an IPC namespace of the container's own: isolate(NamespaceType.IPC)");
    }
}
