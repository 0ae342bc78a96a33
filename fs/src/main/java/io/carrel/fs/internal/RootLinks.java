package io.carrel.fs.internal;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.Propagation;
import io.carrel.fs.RootFs;
import io.carrel.fs.overlay.PathWalk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where names lead in a root by its symbolic links, also those to what is not there yet: that must be made to be
 * mounted on. It is what the host sees of the root when the plan is made; the kernel then resolves the result once
 * more, inside the root, so that links which have changed can only lead to an error.
 */
final class RootLinks {

    /** Files of /etc that are links to places outside of the system's directories on some hosts. */
    private static final List<String> SHOWN =
            List.of("resolv.conf", "hosts", "nsswitch.conf", "localtime", "passwd", "group");

    private static final ContainerPath ETC = ContainerPath.of("/etc");
    private static final ContainerPath VAR_TMP = ContainerPath.of("/var/tmp");

    private final FileSystemSpec spec;
    private HostSystem system = HostSystem.NONE;
    private final Map<List<String>, List<Path>> layersWith = new HashMap<>();

    RootLinks(FileSystemSpec spec) {
        this.spec = spec;
        if (spec.root() instanceof RootFs.HostSystem) {
            system = HostSystem.look();
            Set<ContainerPath> lacking = spec.mounts().stream()
                    .map(Mount::target)
                    .filter(this::isLacking)
                    .collect(Collectors.toSet());
            if (!lacking.isEmpty()) {
                system = system.divided(ETC, lacking);
            }
        }
    }

    /**
     * Whether the host's /etc has no place for one of the files that each container has of its own: a host needs none.
     */
    private boolean isLacking(ContainerPath target) {
        if (!OwnMountPoints.isFile(target.relative())
                || !system.holds(target)
                || Files.isRegularFile(Path.of(target.text()))) {
            return false;
        }
        ContainerPath place = follow(target);
        Path path = Path.of(place.text());
        boolean canBe = Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && !Files.isDirectory(path)
                && !Files.isSymbolicLink(path);
        return system.holds(place) && !canBe;
    }

    /** The host's directories of the default root; none in others. */
    HostSystem system() {
        return system;
    }

    /** Where the target of a mount is. What lies below other mounts is theirs, and not looked at. */
    ContainerPath follow(ContainerPath target) {
        PathWalk walk = new PathWalk(target.text());
        List<String> done = new ArrayList<>();
        boolean isLed = false;
        while (walk.hasNext()) {
            String name = walk.next();
            if (name.equals("..")) {
                removeLast(done);
            } else if (!name.equals(".")) {
                done.add(name);
                ContainerPath here = path(done);
                if (!here.equals(target) && isMounted(here)) {
                    return isLed ? target : below(here, walk.left()).orElse(target);
                }
                String link = linkAt(here).orElse(null);
                if (link != null && !walk.follow(link)) {
                    return target;
                }
                if (link != null) {
                    isLed = true;
                    leave(done, link);
                }
            }
        }
        return done.isEmpty() ? target : path(done);
    }

    private static void leave(List<String> done, String link) {
        if (link.startsWith("/")) {
            done.clear();
        } else {
            removeLast(done);
        }
    }

    private Optional<ContainerPath> below(ContainerPath mounted, List<String> rest) {
        if (rest.contains("..")) {
            return Optional.empty();
        }
        return Optional.of(
                ContainerPath.of(follow(mounted) + "/" + String.join("/", rest).replace("/./", "/")));
    }

    private static void removeLast(List<String> names) {
        if (!names.isEmpty()) {
            names.remove(names.size() - 1);
        }
    }

    private static ContainerPath path(List<String> names) {
        return ContainerPath.of("/" + String.join("/", names));
    }

    private boolean isMounted(ContainerPath path) {
        return path.equals(Site.PROC)
                || path.equals(Site.DEV)
                || spec.mounts().stream().anyMatch(mount -> mount.target().equals(path));
    }

    private Optional<String> linkAt(ContainerPath path) {
        if (spec.root() instanceof RootFs.HostSystem) {
            return ofHostSystem(path);
        }
        if (spec.root() instanceof RootFs.Directory directory) {
            return read(directory.path().path().resolve(path.relative()));
        }
        if (spec.root() instanceof RootFs.Host) {
            return read(Path.of(path.text()));
        }
        return spec.root() instanceof Overlay overlay ? inLayers(overlay, path) : Optional.empty();
    }

    private Optional<String> ofHostSystem(ContainerPath path) {
        if (path.equals(VAR_TMP)) {
            return Optional.of(Site.TMP.text());
        }
        String link = system.links().get(path);
        if (link != null) {
            return Optional.of(link);
        }
        return system.holds(path) ? read(Path.of(path.text())) : Optional.empty();
    }

    /** The topmost layer that has the name decides. */
    private Optional<String> inLayers(Overlay overlay, ContainerPath path) {
        return layersWith(overlay, path.names()).stream()
                .findFirst()
                .flatMap(layer -> read(layer.resolve(path.relative())));
    }

    /**
     * The topmost first. There may be hundreds, so each is asked once for a name, and only if it has the directory
     * above.
     */
    private List<Path> layersWith(Overlay overlay, List<String> names) {
        List<Path> known = layersWith.get(names);
        if (known != null) {
            return known;
        }
        List<Path> found = names.isEmpty()
                ? layers(overlay)
                : layersWith(overlay, names.subList(0, names.size() - 1)).stream()
                        .filter(layer ->
                                Files.exists(layer.resolve(String.join("/", names)), LinkOption.NOFOLLOW_LINKS))
                        .toList();
        layersWith.put(List.copyOf(names), found);
        return found;
    }

    private List<Path> layers(Overlay overlay) {
        List<Path> layers = new ArrayList<>();
        overlay.lower().forEach(layer -> layers.add(0, layer.path()));
        HostPath upper = spec.layers().upper();
        if (upper != null) {
            layers.add(0, upper.path().resolve("upper"));
        }
        return layers;
    }

    private static Optional<String> read(Path file) {
        try {
            return Files.isSymbolicLink(file)
                    ? Optional.of(Files.readSymbolicLink(file).toString())
                    : Optional.empty();
        } catch (IOException changed) {
            return Optional.empty();
        }
    }

    /**
     * What links of the default root's /etc lead to, where it would not be seen otherwise; the user's mounts come
     * first.
     */
    List<Mount> shown() {
        List<Mount> shown = new ArrayList<>();
        for (String name : spec.root() instanceof RootFs.HostSystem ? SHOWN : List.<String>of()) {
            ContainerPath target = ContainerPath.of("/etc/" + name);
            ContainerPath real = follow(target);
            boolean hidden = !system.holds(real) && Files.isRegularFile(Path.of(real.text()));
            if (hidden && spec.mounts().stream().noneMatch(mount -> covers(mount.target(), target, real))) {
                HostPath source = HostPath.of(Path.of(real.text()));
                shown.add(new Mount.Bind(source, real, Access.READ_ONLY, false, Propagation.PRIVATE, false));
            }
        }
        return shown;
    }

    private static boolean covers(ContainerPath mount, ContainerPath target, ContainerPath real) {
        return target.isAtOrBelow(mount) || real.isAtOrBelow(mount);
    }
}
