package io.carrel.fs.internal;

import static java.util.Objects.requireNonNull;

import io.carrel.fs.Access;
import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.linux.KernelFeature;
import io.carrel.linux.SetupException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.MountFlags;
import io.carrel.linux.uapi.Syscall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The steps that give a new mount namespace its root: built on a directory of the host's that the namespace covers for
 * itself, then made the root by {@code pivot_root}, so that nothing of the old tree can be reached.
 */
public final class FileSystemSteps {

    private static final Constant USUAL_UMASK = new Constant("022", 022);

    private final ProgramBuilder program;
    private final FileSystemSpec spec;
    private final Site site;
    private final @Nullable OverlayRoot overlay;
    private Operand.@Nullable Result settings;

    /** Appends to {@code program}. */
    public FileSystemSteps(ProgramBuilder program, FileSystemSpec spec) {
        this.program = program;
        this.spec = spec;
        site = Site.of(program, spec);
        overlay = spec.root() instanceof Overlay root ? new OverlayRoot(site, root) : null;
    }

    /** Returns whether a start that mounts nothing but layers failed because the kernel does not stack them. */
    public static boolean isOverlayRefused(SetupException failure) {
        return OverlayRoot.isRefusal(failure);
    }

    /** Returns whether the launcher has trees to open for the container. */
    public boolean needsLauncher() {
        return spec.binds().idmapped()
                && (spec.root() instanceof RootFs.Directory
                        || overlay != null
                        || spec.mounts().stream()
                                .anyMatch(mount -> mount instanceof Mount.Bind bind && bind.idmapped()));
    }

    /**
     * Appends the launcher's part, with the host's privileges; {@code userNamespace} opens the container's user
     * namespace.
     *
     * @throws UnsupportedFeatureException if the kernel cannot translate owners at all
     */
    public void openTrees(ProgramBuilder.Call userNamespace) {
        if (!spec.binds().mountSetattr()) {
            throw new UnsupportedFeatureException(
                    KernelFeature.MOUNT_SETATTR,
                    "Where the JVM runs as root, directories of the host need them as binds,"
                            + " layers or roots; run it as an ordinary user, or make binds that do not translate owners.");
        }
        if (spec.root() instanceof RootFs.Directory directory) {
            site.trees().open(userNamespace, directory.path(), directory, Access.READ_WRITE);
        }
        if (overlay != null) {
            overlay.openTrees(userNamespace);
        }
        for (Mount mount : spec.mounts()) {
            if (mount instanceof Mount.Bind bind && bind.idmapped()) {
                site.trees().open(userNamespace, bind);
            }
        }
    }

    /** Appends, in the launcher, before there are other processes: it keeps a number for the device. */
    public void reserveForFuse() {
        fuse().ifPresent(FuseSteps::reserve);
    }

    /** Opens the device in the container's first process, while it has the JVM's user. */
    public void openForFuse() {
        fuse().ifPresent(FuseSteps::open);
    }

    /**
     * Serves the layers in a process of the launcher's that has joined the container's user namespace, and executes
     * fuse-overlayfs.
     */
    public void serveByFuse() {
        fuse().ifPresent(steps -> requireNonNull(overlay).serve(steps, Scratch.choose(spec)));
    }

    /** Closes, in the launcher, what that process has when it has executed fuse-overlayfs. */
    public void leaveToFuse() {
        fuse().ifPresent(FuseSteps::close);
    }

    private Optional<FuseSteps> fuse() {
        return overlay == null ? Optional.empty() : Optional.ofNullable(overlay.fuse());
    }

    /**
     * Appends the part of the container's first process, in its new mount namespace. Where something depends on the
     * container's network, {@code network} appends what makes the process a member of it; where fuse-overlayfs serves
     * the root, {@code mounted} appends what lets it begin and waits for it.
     */
    public void build(Runnable network, Runnable mounted) {
        KernelFileSystems kernel = new KernelFileSystems(site, network);
        Contents contents = new Contents(site);
        MountSteps mounts = new MountSteps(site, kernel, contents);
        program.call("give new files the permissions that are asked for", Syscall.UMASK, Operand.of(0));
        new Propagations(site).begin();
        String scratch = Scratch.choose(spec);
        boolean staging = Staging.isNeeded(spec, allMounts());
        if (staging) {
            site.staging().begin(scratch);
            contents.write(allMounts());
        }
        if (spec.root() instanceof RootFs.Host) {
            inHostRoot(kernel, mounts);
            if (staging) {
                site.staging().end(scratch);
            }
            if (spec.kernelFiles().masked() && spec.mounts().stream().noneMatch(Mount.Sysfs.class::isInstance)) {
                new Masks(site).applyToSys("/sys");
            }
        } else {
            buildRoot(scratch, kernel, mounts, mounted);
            pivot();
        }
        settings = kernel.settings();
        if (overlay != null) {
            new WorkingDirectory(site).make();
        }
        program.call("give new files the usual permissions", Syscall.UMASK, Operand.of(USUAL_UMASK));
    }

    /** Returns the directory of the kernel's settings, {@code /proc/sys}; null where none are to be written. */
    public Operand.@Nullable Result settings() {
        return settings;
    }

    private List<Mount> allMounts() {
        List<Mount> mounts = new ArrayList<>(overlay == null ? List.of() : overlay.usual());
        mounts.addAll(site.links().shown());
        mounts.addAll(spec.mounts());
        return mounts;
    }

    private void buildRoot(String scratch, KernelFileSystems kernel, MountSteps mounts, Runnable mounted) {
        if (overlay != null) {
            overlay.build(scratch, mounts, mounted);
        } else if (spec.root() instanceof RootFs.Directory directory) {
            new DirectoryRoot(site, directory, kernel, mounts).build(scratch);
        } else {
            new OwnRoot(site, kernel, mounts).build(scratch);
        }
    }

    private void inHostRoot(KernelFileSystems kernel, MountSteps mounts) {
        site.calls().chdir("start from the root", "/");
        if (spec.own().processes()) {
            kernel.proc(Site.PROC);
        } else {
            kernel.keepProc();
        }
        mounts.mountAll();
    }

    /** Appends what comes after all other steps that need the finished root. */
    public void finish() {
        new Masks(site).apply(spec.mounts());
    }

    /** The new root is stacked on the old one, which is then the one to detach. */
    private void pivot() {
        program.call("make the new root the root", Syscall.PIVOT_ROOT, Operand.text("."), Operand.text("."));
        program.call("detach the host's root", Syscall.UMOUNT2, Operand.text("."), Operand.of(MountFlags.MNT_DETACH));
        site.calls().chdir("enter the root", "/");
    }
}
