package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_BIND;
import static io.carrel.linux.uapi.MountFlags.MS_NOSUID;

import io.carrel.fs.Mount;
import io.carrel.fs.Propagation;
import io.carrel.linux.program.Operand;
import io.carrel.linux.uapi.Constant;
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
        } else if (mount instanceof Mount.Proc) {
            kernel.proc(mount.target());
        } else if (mount instanceof Mount.Cgroups groups) {
            new CgroupFileSystems(site).mount(groups);
        } else if (mount instanceof Mount.Dev) {
            dev(mount);
        } else if (!isRestriction(mount)) {
            mount(mount, site.points().find(mount.target(), isDirectory(mount)));
        }
    }

    private void mount(Mount mount, String path) {
        if (mount instanceof Mount.Bind bind) {
            bind(bind, path);
        } else if (mount instanceof Mount.Tmpfs tmpfs) {
            kernel.tmpfs(tmpfs, path);
        } else if (mount instanceof Mount.Devpts) {
            kernel.devpts(mount.target(), path);
        } else if (mount instanceof Mount.Mqueue) {
            kernel.mqueue(mount.target(), path);
        } else if (mount instanceof Mount.FileContent content) {
            contents.bind(content, path);
        }
    }

    private void bind(Mount.Bind bind, String path) {
        if (!site.spec().binds().mountSetattr()) {
            bindStaged(bind, path);
        } else if (site.spec().binds().idmapped() && bind.idmapped()) {
            if (bind.propagation() == Propagation.SHARED) {
                site.trees().share(bind);
            }
            site.trees().attach(bind, bind.target(), path);
        } else {
            Operand.Result tree = site.trees()
                    .openHere(
                            bind.source().toString(),
                            bind.source().toString(),
                            bind.recursive(),
                            bind.access(),
                            bind.propagation());
            site.trees().attach(tree, bind.target(), path);
        }
    }

    /** Before Linux 5.12 only what is mounted somewhere can be restricted. */
    private void bindStaged(Mount.Bind bind, String path) {
        String source = bind.source().toString();
        String place = site.staging().place(isDirectory(bind));
        Constant how = bind.recursive() ? Attributes.recursive() : MS_BIND;
        site.calls().mount("bind " + source + " to " + bind.target(), source, place, null, how, null);
        propagations.apply(bind, place);
        site.attributes()
                .restrict("restrict the bind of " + source, place, bind.source().path(), bind.access());
        site.staging().move(place, bind.target(), path);
    }

    private void dev(Mount mount) {
        String place = site.begin(mount.target());
        site.calls()
                .mount("mount a private " + mount.target(), "tmpfs", place, "tmpfs", MS_NOSUID, "mode=0755,size=65536");
        new Devices(site.calls().program()).makeWhole(place, site.spec().own().ipc());
        site.end(place, mount.target());
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
