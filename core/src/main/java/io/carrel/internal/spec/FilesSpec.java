package io.carrel.internal.spec;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Sysctl;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a container's files are, and the kernel's settings that appear as files. Immutable.
 *
 * @param root the root file system
 * @param mounts what is mounted into it
 * @param sysctls settings of its namespaces
 * @param hidden whether the kernel's files that tell of the host are hidden, empty for the usual
 * @param confined whether the usual is to keep the command from the host
 * @param stacking what makes one root of its layers
 * @param owners files of the layers that get the owners which are recorded for them
 */
public record FilesSpec(
        RootFs root,
        List<Mount> mounts,
        List<Sysctl> sysctls,
        Optional<Boolean> hidden,
        boolean confined,
        Stacking stacking,
        LayerFileOwners owners) {

    /** Copies the lists. */
    public FilesSpec {
        mounts = ImmutableList.copyOf(mounts);
        sysctls = ImmutableList.copyOf(sysctls);
    }

    /** What is mounted where no layers are. */
    public FilesSpec(RootFs root, boolean confined) {
        this(root, List.of(), List.of(), Optional.empty(), confined, Stacking.KERNEL, LayerFileOwners.NONE);
    }

    /** The same with another root. */
    public FilesSpec withRoot(RootFs other) {
        return new FilesSpec(other, mounts, sysctls, hidden, confined, stacking, owners);
    }

    /** The same with other mounts. */
    public FilesSpec withMounts(List<Mount> others) {
        return new FilesSpec(root, others, sysctls, hidden, confined, stacking, owners);
    }

    /** The same with one more mount. */
    public FilesSpec with(Mount mount) {
        return new FilesSpec(
                root,
                ImmutableList.<Mount>builder().addAll(mounts).add(mount).build(),
                sysctls,
                hidden,
                confined,
                stacking,
                owners);
    }

    /** The same with one more setting. */
    public FilesSpec with(Sysctl sysctl) {
        checkState(
                sysctls.stream().noneMatch(known -> known.path().equals(sysctl.path())),
                "%s is set twice",
                sysctl.name());
        return new FilesSpec(
                root,
                mounts,
                ImmutableList.<Sysctl>builder().addAll(sysctls).add(sysctl).build(),
                hidden,
                confined,
                stacking,
                owners);
    }

    /** The same with this setting, unless another value was asked for. */
    public FilesSpec withDefault(Sysctl sysctl) {
        return sysctls.stream().anyMatch(known -> known.path().equals(sysctl.path())) ? this : with(sysctl);
    }

    /** The same, with the kernel's files hidden or not. */
    public FilesSpec withHidden(boolean hide) {
        return new FilesSpec(root, mounts, sysctls, Optional.of(hide), confined, stacking, owners);
    }

    /** The same with the layers stacked in another way. */
    public FilesSpec with(Stacking other) {
        return new FilesSpec(root, mounts, sysctls, hidden, confined, other, owners);
    }

    /** The same with these owners. */
    public FilesSpec with(LayerFileOwners others) {
        return new FilesSpec(root, mounts, sysctls, hidden, confined, stacking, others);
    }

    /** The same where the container has mounts of its own; else the host's. */
    public FilesSpec in(NamespacesSpec namespaces) {
        return namespaces.creates(NamespaceType.MOUNT) ? this : withRoot(RootFs.host());
    }

    /** What is not as asked for first, and why. */
    public List<String> fallbacks() {
        return Stream.of(stacking.fallback(), owners.fallback())
                .flatMap(Optional::stream)
                .toList();
    }

    /** Why the root's layers are copied; empty if they are not. */
    public Optional<String> copyReason() {
        return stacking instanceof Stacking.Copied copied ? Optional.of(copied.reason()) : Optional.empty();
    }

    /** What stacks the root's layers in place of the kernel; empty where nothing does. */
    public Optional<Stacking.Fused> fused() {
        return stacking instanceof Stacking.Fused other ? Optional.of(other) : Optional.empty();
    }

    /** Whether the root's layers are copied. */
    public boolean isCopied() {
        return stacking instanceof Stacking.Copied;
    }

    /**
     * In images one expects what other engines do; elsewhere it would cost time, and the user namespace protects.
     *
     * @param hostsRoot whether the host's root may be a user of the container's, to whom the kernel's files belong
     */
    public boolean hidesKernelFiles(boolean hostsRoot) {
        return hidden.orElse(root instanceof Overlay || confined && hostsRoot);
    }

    /** Whether terminals of the container's own are on {@code /dev/pts}: what was mounted there last decides. */
    public boolean hasOwnTerminals(NamespacesSpec namespaces) {
        boolean own = !(root instanceof RootFs.Host);
        for (Mount mount : mounts) {
            String target = mount.target().text();
            if (target.equals("/dev")) {
                own = mount instanceof Mount.Dev;
            } else if (target.equals("/dev/pts")) {
                own = mount instanceof Mount.Devpts;
            }
        }
        return own && namespaces.creates(NamespaceType.MOUNT);
    }

    /** Checks that what needs a namespace of the container's own has it. */
    public void check(NamespacesSpec namespaces, boolean rootGiven) {
        checkState(
                namespaces.creates(NamespaceType.MOUNT)
                        || mounts.isEmpty() && hidden.isEmpty() && (!rootGiven || root instanceof RootFs.Host),
                "a root and mounts need a mount namespace of the container's own: isolate(NamespaceType.MOUNT)");
        for (Sysctl sysctl : sysctls) {
            checkState(
                    namespaces.creates(sysctl.namespace()),
                    "%s needs a namespace of the container's own: isolate(NamespaceType.%s)",
                    sysctl.name(),
                    sysctl.namespace());
        }
        checkState(
                namespaces.creates(NamespaceType.IPC) || mounts.stream().noneMatch(Mount.Mqueue.class::isInstance),
                "message queues need an IPC namespace of the container's own: isolate(NamespaceType.IPC)");
    }
}
