package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_RDONLY;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import java.nio.file.Path;
import java.util.List;

/** A root of Carrel's own making: a tmpfs, with the host's system directories or without. */
record OwnRoot(Site site, KernelFileSystems kernel, MountSteps mounts) {

    void build(String scratch) {
        MountCalls calls = site.calls();
        MountPoints points = site.points();
        Devices devices = new Devices(calls.program());
        calls.mount("mount the new root", "tmpfs", scratch, "tmpfs", Site.SAFE, "mode=0755");
        calls.chdir("enter the new root", scratch);
        points.makeDirectories(List.of(Site.PROC, Site.DEV, Site.TMP));
        devices.make("dev");
        HostSystem system = site.links().system();
        List<Mount> shown = site.links().shown();
        points.makeDirectories(system.directories());
        system.files().forEach(file -> points.makeEarly(file, false));
        points.makeDirectories(List.of(ContainerPath.of("/run"), ContainerPath.of("/var")));
        symlink("/tmp", "var/tmp");
        system.links().forEach((link, target) -> symlink(target, link.relative()));
        system.directories().forEach(points::cover);
        points.cover(Site.PROC);
        points.cover(Site.TMP);
        mounts.makePoints(shown);
        mounts.makePoints(site.spec().mounts());
        system.directories().forEach(this::bindSystem);
        system.files().forEach(this::bindSystem);
        makeReadOnly();
        devices.mount("dev");
        kernel.proc(Site.PROC);
        kernel.tmp("tmp");
        new Propagations(site).endForRoot(".");
        shown.forEach(mounts::mount);
        mounts.mountAll();
    }

    private void symlink(String target, String link) {
        site.calls().symlink("make the link /" + link, target, link);
    }

    private void bindSystem(ContainerPath part) {
        site.calls().mount("bind " + part, part.text(), part.relative(), null, Attributes.recursive(), null);
        if (!site.spec().binds().mountSetattr()) {
            site.attributes()
                    .restrict("make " + part + " read-only", part.relative(), Path.of(part.text()), Access.READ_ONLY);
        }
    }

    private void makeReadOnly() {
        String step = "make the root read-only";
        if (site.spec().binds().mountSetattr()) {
            site.attributes().restrictTree(step, ".", Access.READ_ONLY);
        } else {
            site.attributes().remountOne(step, ".", MS_RDONLY.or(Site.SAFE));
        }
    }
}
