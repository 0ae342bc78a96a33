package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_BIND;
import static io.carrel.linux.uapi.MountFlags.MS_NOSUID;

import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Propagation;
import java.nio.file.Files;
import java.util.List;

/** The user's mounts, in their order. */
final class MountSteps {

    private final Site site;
    private final KernelFileSystems kernel;
    private final Contents contents;
    private final Propagations propagations;

    MountSteps(Site site, KernelFileSystems kernel, Contents contents) {
        this.site = site;
        this.kernel = kernel;
        this.contents = contents;
        propagations = new Propagations(site);
    }

    /** Makes places for these, and covers what lies below, which is made when they are mounted. */
    void makePoints(List<Mount> mounts) {
        for (Mount mount : mounts) {
            if (!isRestriction(mount)) {
                site.points().makeEarly(mount.target(), isDirectory(mount));
                site.points().cover(mount.target());
            }
        }
    }

    void mountAll() {
        site.spec().mounts().forEach(this::mount);
    }

    void mount(Mount mount) {
        if (mount instanceof Mount.Sysfs) {
            kernel.sys(mount.target());
        } else if (mount instanceof Mount.Cgroups groups) {
            new CgroupFileSystems(site).mount(groups);
        } else if (!isRestriction(mount)) {
            mount(mount, site.points().find(mount.target(), isDirectory(mount)));
        }
    }

    private void mount(Mount mount, String path) {
        if (mount instanceof Mount.Bind bind) {
            bind(bind, path);
        } else if (mount instanceof Mount.Tmpfs tmpfs) {
            kernel.tmpfs(tmpfs, path);
        } else if (mount instanceof Mount.Proc) {
            kernel.proc(path);
        } else if (mount instanceof Mount.Devpts) {
            kernel.devpts(mount.target(), path);
        } else if (mount instanceof Mount.Mqueue) {
            kernel.mqueue(mount.target(), path);
        } else if (mount instanceof Mount.Dev) {
            dev(mount, path);
        } else if (mount instanceof Mount.FileContent content) {
            contents.bind(content, path, () -> site.points().find(content.target(), false));
        }
    }

    private void bind(Mount.Bind bind, String path) {
        if (site.spec().idmapped() && bind.idmapped()) {
            site.trees().attach(bind, bind.target(), path);
            if (bind.propagation() != Propagation.PRIVATE) {
                propagations.apply(bind, found(bind));
            }
            return;
        }
        bind(bind.source(), bind, path);
        // Found anew, as what was found before now lies below the mount.
        String bound = found(bind);
        propagations.apply(bind, bound);
        restrict(bind, bound);
    }

    private void restrict(Mount.Bind bind, String bound) {
        site.attributes()
                .restrict(
                        "restrict the bind of " + bind.source(),
                        bound,
                        bind.source().path(),
                        bind.access());
    }

    private String found(Mount.Bind bind) {
        return site.points().find(bind.target(), isDirectory(bind));
    }

    private void bind(HostPath source, Mount.Bind bind, String path) {
        site.calls()
                .mount(
                        "bind " + source + " to " + bind.target(),
                        source.toString(),
                        path,
                        null,
                        bind.recursive() ? Attributes.recursive() : MS_BIND,
                        null);
    }

    private void dev(Mount mount, String path) {
        site.calls()
                .mount("mount a private " + mount.target(), "tmpfs", path, "tmpfs", MS_NOSUID, "mode=0755,size=65536");
        new Devices(site.calls().program())
                .makeWhole(
                        site.points().find(mount.target(), true),
                        site.spec().own().ipc());
    }

    /** These are applied last of all. */
    private static boolean isRestriction(Mount mount) {
        return mount instanceof Mount.Masked || mount instanceof Mount.ReadOnly;
    }

    private static boolean isDirectory(Mount mount) {
        if (mount instanceof Mount.FileContent) {
            return false;
        }
        return !(mount instanceof Mount.Bind bind)
                || !Files.exists(bind.source().path())
                || Files.isDirectory(bind.source().path());
    }
}
