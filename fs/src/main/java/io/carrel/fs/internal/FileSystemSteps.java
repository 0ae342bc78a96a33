package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_NODEV;
import static io.carrel.linux.uapi.MountFlags.MS_NOEXEC;
import static io.carrel.linux.uapi.MountFlags.MS_NOSUID;
import static io.carrel.linux.uapi.MountFlags.MS_PRIVATE;
import static io.carrel.linux.uapi.MountFlags.MS_RDONLY;
import static io.carrel.linux.uapi.MountFlags.MS_REC;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.MountFlags;
import io.carrel.linux.uapi.Syscall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The steps that give a new mount namespace its root: built on a directory of the host's that the namespace covers for
 * itself, then made the root by {@code pivot_root}, so that nothing of the old tree can be reached.
 */
public final class FileSystemSteps {

    private static final ContainerPath PROC = ContainerPath.of("/proc");
    private static final ContainerPath DEV = ContainerPath.of("/dev");
    private static final ContainerPath TMP = ContainerPath.of("/tmp");
    private static final List<String> SCRATCH = List.of("/sys", "/mnt", "/media", "/srv", "/boot", "/tmp", "/opt");
    private static final Constant USUAL_UMASK = new Constant("022", 022);
    private static final Constant SAFE = MS_NOSUID.or(MS_NODEV);

    private final ProgramBuilder program;
    private final FileSystemSpec spec;
    private final Attributes attributes;
    private final Devices devices;
    private final MountPoints points;
    private final IdmappedTrees trees;

    /** Appends to {@code program}. */
    public FileSystemSteps(ProgramBuilder program, FileSystemSpec spec) {
        this.program = program;
        this.spec = spec;
        attributes = new Attributes(program, spec.mountSetattr());
        devices = new Devices(program);
        points = new MountPoints(
                program, spec.root() instanceof RootFs.HostSystem || spec.root() instanceof RootFs.Empty);
        trees = new IdmappedTrees(program);
    }

    /** Whether the launcher has trees to open for the container. */
    public boolean needsLauncher() {
        return spec.idmapped()
                && (spec.root() instanceof RootFs.Directory
                        || spec.mounts().stream().anyMatch(Mount.Bind.class::isInstance));
    }

    /** The launcher's part, with the host's privileges; {@code userNamespace} opens the container's user namespace. */
    public void openTrees(ProgramBuilder.Call userNamespace) {
        if (spec.root() instanceof RootFs.Directory directory) {
            trees.open(userNamespace, directory.path(), directory, Access.READ_WRITE);
        }
        for (Mount mount : spec.mounts()) {
            if (mount instanceof Mount.Bind bind) {
                trees.open(userNamespace, bind.source(), bind, bind.access());
            }
        }
    }

    /** The part of the container's first process, in its new mount namespace. */
    public void build() {
        call("give new files the permissions that are asked for", Syscall.UMASK, Operand.of(0));
        mount(
                "keep mounts from the host and the host's from the container",
                null,
                "/",
                null,
                MS_REC.or(MS_PRIVATE),
                null);
        if (spec.root() instanceof RootFs.Host) {
            inHostRoot();
        } else {
            String scratch = scratch();
            if (spec.root() instanceof RootFs.Directory directory) {
                inDirectory(directory, scratch);
            } else {
                inOwnRoot(scratch);
            }
            pivot();
        }
        call("give new files the usual permissions", Syscall.UMASK, Operand.of(USUAL_UMASK));
    }

    private void inHostRoot() {
        chdir("start from the root", "/");
        if (spec.freshProc()) {
            proc(points.find(PROC, true));
        }
        spec.mounts().forEach(this::mount);
    }

    private void inOwnRoot(String scratch) {
        mount("mount the new root", "tmpfs", scratch, "tmpfs", SAFE, "mode=0755");
        chdir("enter the new root", scratch);
        makePoints(List.of(PROC, DEV, TMP));
        devices.make("dev");
        HostSystem system =
                spec.root() instanceof RootFs.HostSystem ? HostSystem.look() : new HostSystem(List.of(), Map.of());
        makePoints(system.directories());
        makePoints(List.of(ContainerPath.of("/run"), ContainerPath.of("/var")));
        symlink("/tmp", "var/tmp");
        system.links().forEach((link, target) -> symlink(target, link.relative()));
        system.directories().forEach(points::cover);
        makePointsOfMounts();
        system.directories().forEach(this::bindSystem);
        if (spec.mountSetattr()) {
            attributes.restrictTree("make the root read-only", ".", Access.READ_ONLY);
        } else {
            attributes.remountOne("make the root read-only", ".", MS_RDONLY.or(SAFE));
        }
        devices.mount("dev");
        proc("proc");
        tmp("tmp");
        spec.mounts().forEach(this::mount);
    }

    private void makePoints(List<ContainerPath> directories) {
        directories.forEach(directory -> points.makeEarly(directory, true));
    }

    private void makePointsOfMounts() {
        // What lies below these is made when they are mounted.
        points.cover(PROC);
        points.cover(TMP);
        if (spec.root() instanceof RootFs.Directory) {
            points.cover(DEV);
        }
        for (Mount mount : spec.mounts()) {
            points.makeEarly(mount.target(), isDirectory(mount));
            points.cover(mount.target());
        }
    }

    private void bindSystem(ContainerPath directory) {
        mount("bind " + directory, directory.text(), directory.relative(), null, Attributes.recursive(), null);
        if (!spec.mountSetattr()) {
            attributes.restrict(
                    "make " + directory + " read-only",
                    directory.relative(),
                    Path.of(directory.text()),
                    Access.READ_ONLY);
        }
    }

    private void inDirectory(RootFs.Directory root, String scratch) {
        bind(root, root.path(), ContainerPath.ROOT, scratch);
        chdir("enter the new root", scratch);
        makePoints(List.of(PROC, DEV, TMP));
        makePointsOfMounts();
        attributes.restrict("restrict the root", ".", root.path().path(), root.access());
        proc(points.find(PROC, true));
        mount("mount a private /dev", "tmpfs", points.find(DEV, true), "tmpfs", MS_NOSUID, "mode=0755");
        String dev = points.find(DEV, true);
        devices.make(dev);
        devices.mount(dev);
        attributes.remountOne("make /dev read-only", dev, MS_RDONLY.or(MS_NOSUID));
        tmp(points.find(TMP, true));
        spec.mounts().forEach(this::mount);
    }

    private void mount(Mount mount) {
        String path = points.find(mount.target(), isDirectory(mount));
        if (mount instanceof Mount.Bind bind) {
            bind(bind, bind.source(), bind.target(), path);
            if (!spec.idmapped()) {
                // Found anew, as what was found before now lies below the mount.
                String bound = points.find(bind.target(), isDirectory(mount));
                attributes.restrict(
                        "restrict the bind of " + bind.source(),
                        bound,
                        bind.source().path(),
                        bind.access());
            }
        } else if (mount instanceof Mount.Tmpfs tmpfs) {
            String size = tmpfs.sizeBytes() == 0 ? "" : ",size=" + tmpfs.sizeBytes();
            mount("mount a tmpfs on " + mount.target(), "tmpfs", path, "tmpfs", SAFE, "mode=1777" + size);
        }
    }

    private void bind(Object use, HostPath source, ContainerPath target, String path) {
        if (spec.idmapped()) {
            trees.attach(use, target, path);
        } else {
            mount("bind " + source + " to " + target, source.toString(), path, null, Attributes.recursive(), null);
        }
    }

    private static boolean isDirectory(Mount mount) {
        return !(mount instanceof Mount.Bind bind)
                || !Files.exists(bind.source().path())
                || Files.isDirectory(bind.source().path());
    }

    /** Only a PID namespace of one's own may be shown; without one the host's view is bound. */
    private void proc(String path) {
        if (spec.freshProc()) {
            mount("mount a private /proc", "proc", path, "proc", SAFE.or(MS_NOEXEC), null);
        } else {
            mount("bind /proc", "/proc", path, null, Attributes.recursive(), null);
        }
    }

    private void tmp(String path) {
        mount("mount a private /tmp", "tmpfs", path, "tmpfs", SAFE, "mode=1777");
    }

    /** The new root is stacked on the old one, which is then the one to detach. */
    private void pivot() {
        call("make the new root the root", Syscall.PIVOT_ROOT, Operand.text("."), Operand.text("."));
        call("detach the host's root", Syscall.UMOUNT2, Operand.text("."), Operand.of(MountFlags.MNT_DETACH));
        chdir("enter the root", "/");
    }

    /** A directory to build on. What lies below is covered, so nothing that is bound may; /proc is needed, too. */
    private String scratch() {
        return SCRATCH.stream()
                .filter(candidate -> Files.isDirectory(Path.of(candidate))
                        && sources().noneMatch(source -> source.startsWith(candidate)))
                .findFirst()
                .orElse("/");
    }

    private Stream<Path> sources() {
        Stream<Path> binds = spec.mounts().stream()
                .filter(Mount.Bind.class::isInstance)
                .map(mount -> ((Mount.Bind) mount).source().path());
        return spec.root() instanceof RootFs.Directory directory
                ? Stream.concat(binds, Stream.of(directory.path().path()))
                : binds;
    }

    private void symlink(String target, String link) {
        call(
                "make the link /" + link,
                Syscall.SYMLINKAT,
                Operand.text(target),
                Operand.of(Fcntl.AT_FDCWD),
                Operand.text(link));
    }

    private void chdir(String step, String path) {
        call(step, Syscall.CHDIR, Operand.text(path));
    }

    private void mount(
            String step,
            @Nullable String source,
            String target,
            @Nullable String type,
            Constant flags,
            @Nullable String data) {
        call(step, Syscall.MOUNT, text(source), Operand.text(target), text(type), Operand.of(flags), text(data));
    }

    private static Operand text(@Nullable String text) {
        return text == null ? Operand.none() : Operand.text(text);
    }

    private void call(String step, Syscall syscall, Operand... arguments) {
        program.call(step, syscall, arguments);
    }
}
