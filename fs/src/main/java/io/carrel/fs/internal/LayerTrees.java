package io.carrel.fs.internal;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.linux.binding.MountInfo;
import io.carrel.linux.program.ProgramBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The layers of an overlay under short names. Where owners are translated, layers that lie in one directory are opened with
 * it, all at once: a hundred mounts would cost more than the start.
 */
final class LayerTrees {

    private final Site site;
    private final List<Path> layers = new ArrayList<>();
    private final Map<Path, HostPath> trees = new LinkedHashMap<>();
    private final List<Path> order = new ArrayList<>();

    LayerTrees(Site site, List<HostPath> lower) {
        this.site = site;
        lower.forEach(layer -> layers.add(real(layer)));
        if (site.spec().idmapped()) {
            Set<Path> mountPoints =
                    MountInfo.current().stream().map(MountInfo::mountPoint).collect(Collectors.toSet());
            for (Path layer : layers) {
                Path tree = treeOf(layer, mountPoints);
                order.add(tree);
                trees.putIfAbsent(tree, HostPath.of(tree));
            }
        }
    }

    private static Path real(HostPath layer) {
        try {
            Path real = layer.path().toRealPath();
            if (!Files.isDirectory(real)) {
                throw new NotDirectoryException(layer.toString());
            }
            return real;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot find the layer " + layer, e);
        }
    }

    private static Path treeOf(Path layer, Set<Path> mountPoints) {
        Path parent = layer.getParent();
        return parent == null || mountPoints.contains(layer) ? layer : parent;
    }

    void open(ProgramBuilder.Call userNamespace) {
        trees.values().forEach(tree -> site.trees().openOne(userNamespace, tree, tree, Access.READ_ONLY));
    }

    /** Attaches the trees and gives each layer its name. */
    void attach() {
        List<Path> attached = new ArrayList<>(trees.keySet());
        for (int i = 0; i < attached.size(); i++) {
            site.calls().mkdir("make a place for layers", "t" + i);
            site.trees().attach(trees.get(attached.get(i)), ContainerPath.of("/layers"), "t" + i);
        }
        for (int i = 0; i < layers.size(); i++) {
            site.calls().symlink("name the layer " + layers.get(i), path(i, attached), name(i));
        }
    }

    private String path(int index, List<Path> attached) {
        Path layer = layers.get(index);
        if (order.isEmpty()) {
            return layer.toString();
        }
        Path tree = order.get(index);
        String place = "t" + attached.indexOf(tree);
        return tree.equals(layer) ? place : place + "/" + tree.relativize(layer);
    }

    /** The layer's short name. */
    String name(int index) {
        return Integer.toString(index, Character.MAX_RADIX);
    }
}
