package io.carrel.fs.internal;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Content;
import io.carrel.fs.FileSystemSubject;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.Upper;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.MountFlags;
import io.carrel.linux.uapi.Syscall;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Layers as the root: stacked by overlayfs or, where that cannot be, by fuse-overlayfs, or a copy of them. On a tmpfs
 * each layer gets a link with a number as its name, so that the options of overlayfs, which end after a page, hold as
 * many layers as it can stack, whatever their paths are and on every kernel.
 */
final class OverlayRoot {

    private static final ContainerPath HOSTNAME = ContainerPath.of("/etc/hostname");
    private static final ContainerPath HOSTS = ContainerPath.of("/etc/hosts");
    private static final int READABLE = 0644;
    private static final String UPPER = "changes";
    private static final String STACK = "mount the layers";
    private static final String ENTER = "enter the new root";

    /** Not EBUSY and ELOOP, which a caller's mistake gives. */
    private static final Set<Errno> REFUSALS =
            Set.of(Errno.EPERM, Errno.EINVAL, Errno.ENODEV, Errno.EOPNOTSUPP, Errno.ENOSYS);

    private final Site site;
    private final Overlay root;
    private final LayerTrees layers;
    private final List<Mount> usual;
    private final @Nullable FuseSteps fuse;

    OverlayRoot(Site site, Overlay root) {
        this.site = site;
        this.root = root;
        layers = new LayerTrees(site, root.lower());
        usual = usualMounts(site.spec().additions().hostname());
        fuse = site.spec()
                .layers()
                .fuse()
                .map(program -> new FuseSteps(site, program))
                .orElse(null);
    }

    /** The steps of fuse-overlayfs; null where it has no part. */
    @Nullable FuseSteps fuse() {
        return fuse;
    }

    /** In the process of fuse-overlayfs, with the rights of the container's root. */
    void serve(FuseSteps steps, String scratch) {
        steps.beginServing(scratch, size());
        layers.attach();
        makeUpper();
        steps.serve(layersAndChanges());
    }

    private static List<Mount> usualMounts(@Nullable String hostname) {
        ImmutableList.Builder<Mount> mounts = ImmutableList.<Mount>builder()
                .add(new Mount.Proc(Site.PROC), new Mount.Dev(Site.DEV), new Mount.Sysfs(ContainerPath.of("/sys")));
        if (hostname != null) {
            String hosts =
                    "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\t" + hostname + "\n";
            mounts.add(
                    new Mount.FileContent(HOSTNAME, Content.of(hostname + "\n"), READABLE),
                    new Mount.FileContent(HOSTS, Content.of(hosts), READABLE));
        }
        return mounts.build();
    }

    /** What is mounted into it before the user's mounts. */
    List<Mount> usual() {
        return usual;
    }

    /** The launcher's part. */
    void openTrees(ProgramBuilder.Call userNamespace) {
        HostPath upper = site.spec().layers().upper();
        if (site.spec().layers().isCopied()) {
            site.trees().openPlain(copy(), root);
            return;
        }
        layers.open(userNamespace);
        if (upper != null) {
            site.trees().openOne(userNamespace, upper, root.upper(), Access.READ_WRITE);
        }
    }

    /**
     * In the container's first process: builds the root and what is mounted into it.
     *
     * @param mounted lets fuse-overlayfs begin, and waits until it has the mount, if it is to serve it
     */
    void build(String scratch, MountSteps mounts, Runnable mounted) {
        MountCalls calls = site.calls();
        calls.mount("mount a place for the layers", "tmpfs", scratch, "tmpfs", Site.SAFE, "mode=0755" + size());
        calls.chdir("enter the place for the layers", scratch);
        calls.mkdir("make a place for the root", "root");
        if (site.spec().layers().isCopied()) {
            bindCopy();
        } else if (fuse != null) {
            fuse.mount(STACK + " by " + FuseProgram.NAME, "root");
            mounted.run();
        } else {
            layers.attach();
            makeUpper();
            calls.mount(STACK, "overlay", "root", "overlay", flags(), options()).about(FileSystemSubject.LAYERS);
        }
        calls.chdir(fuse == null ? ENTER : ENTER + ", which " + FuseProgram.NAME + " serves", "root");
        OwnerSteps owners = new OwnerSteps(calls.program());
        site.spec().layers().owners().forEach(owners::change);
        mounts.makePoints(usual);
        mounts.makePoints(site.spec().mounts());
        if (root.access() == Access.READ_ONLY) {
            new WorkingDirectory(site).makeEarly();
            site.attributes().makeReadOnly("make the root read-only", ".", flags());
        }
        usual.forEach(mounts::mount);
        new Propagations(site).endForRoot(".");
        mounts.mountAll();
    }

    private Constant flags() {
        return site.spec().layers().honorSetUserIds() ? MountFlags.MS_NODEV : Site.SAFE;
    }

    private HostPath copy() {
        return UpperParts.tree(requireNonNull(site.spec().layers().upper()));
    }

    private void bindCopy() {
        if (site.spec().binds().idmapped()) {
            site.trees().attach(root, ContainerPath.ROOT, "root");
        } else {
            site.calls()
                    .mount("bind the copy of the layers", copy().toString(), "root", null, MountFlags.MS_BIND, null);
        }
        site.attributes().remountOne("restrict the root", "root", Site.SAFE);
    }

    /** Whether a start failed because the kernel does not stack these layers, or not for this user. */
    static boolean isRefusal(SetupException failure) {
        boolean isStep = failure.subject() == FileSystemSubject.LAYERS
                || failure.call().equals(Syscall.OPEN_TREE.symbol())
                || failure.call().equals(Syscall.MOUNT_SETATTR.symbol());
        return isStep && REFUSALS.contains(failure.errno());
    }

    private String size() {
        return root.upper() instanceof Upper.Memory memory
                        && !site.spec().layers().isCopied()
                ? MemorySize.option(memory.sizeBytes())
                : "";
    }

    private void makeUpper() {
        MountCalls calls = site.calls();
        HostPath upper = site.spec().layers().upper();
        if (upper == null) {
            calls.mkdir("make a place for changes", UPPER);
            calls.mkdir("make a place for changes", UPPER + "/upper");
            calls.mkdir("make a place for changes", UPPER + "/work");
        } else if (site.spec().binds().idmapped()) {
            calls.mkdir("make a place for changes", UPPER);
            site.trees().attach(root.upper(), ContainerPath.ROOT, UPPER);
        } else {
            calls.symlink("name the place for changes", upper.toString(), UPPER);
        }
    }

    /** The topmost layer comes first. What is thrown away need not reach the disk. */
    private String options() {
        String lost = root.upper() instanceof Upper.Disk ? ",volatile" : "";
        return layersAndChanges() + ",userxattr" + lost;
    }

    private String layersAndChanges() {
        List<Integer> numbers = IntStream.range(0, layers.count()).boxed().collect(Collectors.toList());
        Collections.reverse(numbers);
        String lower = numbers.stream().map(layers::name).collect(Collectors.joining(":"));
        return "lowerdir=%1$s,upperdir=%2$s/upper,workdir=%2$s/work".formatted(lower, UPPER);
    }
}
