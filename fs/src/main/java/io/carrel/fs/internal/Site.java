package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_NODEV;
import static io.carrel.linux.uapi.MountFlags.MS_NOSUID;

import io.carrel.fs.ContainerPath;
import io.carrel.fs.RootFs;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;

/**
 * Where a file system is built, and with what.
 *
 * @param spec what is built
 * @param calls the calls of building
 * @param attributes restricts mounts
 * @param points places to mount on
 * @param links where names lead in the root
 * @param trees trees of mounts that are restricted before they are attached
 * @param staging where mounts are made that cannot be detached
 */
record Site(
        FileSystemSpec spec,
        MountCalls calls,
        Attributes attributes,
        MountPoints points,
        RootLinks links,
        DetachedTrees trees,
        Staging staging) {

    static final ContainerPath PROC = ContainerPath.of("/proc");
    static final ContainerPath DEV = ContainerPath.of("/dev");
    static final ContainerPath TMP = ContainerPath.of("/tmp");
    static final Constant SAFE = MS_NOSUID.or(MS_NODEV);

    /** Where to make a directory's mount of several parts: in its place if only Carrel can lead names there. */
    String begin(ContainerPath target) {
        return points.isSafe(target) ? points.find(target, true) : staging.place(true);
    }

    /** Brings what was made at {@code place} to where it belongs. */
    void end(String place, ContainerPath target) {
        if (!points.isSafe(target)) {
            staging.move(place, target, points.find(target, true));
        }
    }

    static Site of(ProgramBuilder program, FileSystemSpec spec) {
        RootLinks links = new RootLinks(spec);
        boolean own = spec.root() instanceof RootFs.HostSystem || spec.root() instanceof RootFs.Empty;
        return new Site(
                spec,
                new MountCalls(program),
                new Attributes(program, spec.binds().mountSetattr()),
                new MountPoints(program, own, links),
                links,
                new DetachedTrees(program),
                new Staging(new MountCalls(program)));
    }
}
