package io.carrel.fs.internal;

import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A directory of the host's to build on, which the new mount namespace covers for itself. */
final class Scratch {

    private static final List<String> CANDIDATES = List.of("/sys", "/mnt", "/media", "/srv", "/boot", "/tmp", "/opt");

    private Scratch() {}

    /**
     * What lies below is covered, so nothing that is bound may, nor what is mounted on in the host's root;
     * {@code /proc} is needed, too.
     */
    static String choose(FileSystemSpec spec) {
        return CANDIDATES.stream()
                .filter(candidate -> Files.isDirectory(Path.of(candidate))
                        && sources(spec).noneMatch(source -> source.startsWith(candidate)))
                .findFirst()
                .orElse("/");
    }

    private static Stream<Path> sources(FileSystemSpec spec) {
        return Stream.concat(
                spec.mounts().stream().flatMap(mount -> sourceOf(mount, spec)),
                spec.root() instanceof RootFs.Host
                        ? spec.mounts().stream()
                                .map(mount -> Path.of(mount.target().text()))
                        : sourcesOfRoot(spec).map(HostPath::path));
    }

    private static Stream<Path> sourceOf(Mount mount, FileSystemSpec spec) {
        if (mount instanceof Mount.Bind bind) {
            return Stream.of(bind.source().path());
        }
        return mount instanceof Mount.Sysfs && !spec.own().network() ? Stream.of(Path.of("/sys")) : Stream.empty();
    }

    private static Stream<HostPath> sourcesOfRoot(FileSystemSpec spec) {
        if (spec.root() instanceof RootFs.Directory directory) {
            return Stream.of(directory.path());
        }
        if (spec.root() instanceof Overlay overlay) {
            Stream<HostPath> sys = spec.own().network() ? Stream.empty() : Stream.of(HostPath.of("/sys"));
            Stream<HostPath> program = spec.layers().fuse().map(fuse -> HostPath.of(fuse.path())).stream();
            return Stream.of(
                            overlay.lower().stream(),
                            Stream.ofNullable(spec.layers().upper()),
                            sys,
                            program)
                    .flatMap(paths -> paths);
        }
        return Stream.empty();
    }
}
