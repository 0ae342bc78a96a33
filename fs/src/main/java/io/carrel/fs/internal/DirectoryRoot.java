package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_NOSUID;
import static io.carrel.linux.uapi.MountFlags.MS_RDONLY;

import io.carrel.fs.ContainerPath;
import io.carrel.fs.RootFs;
import java.util.List;

/** A directory of the host's as the root. */
record DirectoryRoot(Site site, RootFs.Directory root, KernelFileSystems kernel, MountSteps mounts) {

    void build(String scratch) {
        MountCalls calls = site.calls();
        MountPoints points = site.points();
        bind(scratch);
        calls.chdir("enter the new root", scratch);
        points.makeDirectories(List.of(Site.PROC, Site.DEV, Site.TMP));
        List.of(Site.PROC, Site.TMP, Site.DEV).forEach(points::cover);
        mounts.makePoints(site.spec().mounts());
        site.attributes().restrict("restrict the root", ".", root.path().path(), root.access());
        kernel.proc(Site.PROC);
        mountDev();
        kernel.tmp(points.find(Site.TMP, true));
        new Propagations(site).endForRoot(".");
        mounts.mountAll();
    }

    private void bind(String scratch) {
        if (site.spec().binds().idmapped()) {
            site.trees().attach(root, ContainerPath.ROOT, scratch);
        } else {
            String source = root.path().toString();
            site.calls().mount("bind " + source + " to /", source, scratch, null, Attributes.recursive(), null);
        }
    }

    private void mountDev() {
        Devices devices = new Devices(site.calls().program());
        String dev = site.staging().place(true);
        site.calls().mount("mount a private /dev", "tmpfs", dev, "tmpfs", MS_NOSUID, "mode=0755");
        devices.make(dev);
        devices.mount(dev);
        site.attributes().remountOne("make /dev read-only", dev, MS_RDONLY.or(MS_NOSUID));
        site.staging().move(dev, Site.DEV, site.points().find(Site.DEV, true));
    }
}
