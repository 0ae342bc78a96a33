package io.carrel.fs.internal;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.overlay.MergedLayers;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.MountInfo;
import io.carrel.linux.program.ProgramBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The layers of an overlay under short names. Where owners are translated, layers that lie in one directory are opened
 * with it, all at once: a hundred mounts would cost more than the start. Elsewhere that directory gets a link. As long
 * as there is room in the options of the mount, layers are named by their directory and their own names; the others get
 * a link each, with a number as its name, which costs some microseconds.
 */
final class LayerTrees {

    /** What {@code mount(2)} takes is a page, with room for what is not layers. */
    private static final int LONGEST = 4096 - 200;
    /** What overlayfs takes as it is, and as one name. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/-]+");

    private static final int RADIX = Character.MAX_RADIX;

    private final Site site;
    private final List<Path> layers = new ArrayList<>();
    /** What is opened, each once. */
    private final List<HostPath> trees = new ArrayList<>();
    /** For each layer, which of those it lies in. */
    private final List<Integer> treeOfLayer = new ArrayList<>();
    /** For each layer, by what name it is mounted. */
    private final List<String> names = new ArrayList<>();

    LayerTrees(Site site, List<HostPath> lower) {
        this.site = site;
        layers.addAll(MergedLayers.seen(lower.stream().map(LayerTrees::real).toList()));
        Set<Path> mountPoints = site.spec().binds().idmapped()
                ? MountInfo.current().stream().map(MountInfo::mountPoint).collect(Collectors.toSet())
                : Set.of();
        for (Path layer : layers) {
            HostPath tree = HostPath.of(treeOf(layer, mountPoints));
            if (!trees.contains(tree)) {
                trees.add(tree);
            }
            treeOfLayer.add(trees.indexOf(tree));
        }
        nameAll();
    }

    private void nameAll() {
        for (int i = 0; i < layers.size(); i++) {
            names.add(Integer.toString(i, RADIX));
        }
        int length = String.join(":", names).length();
        for (int i = 0; i < layers.size(); i++) {
            String path = pathInTree(i);
            int longer = length + path.length() - names.get(i).length();
            if (longer <= LONGEST && PLAIN.matcher(path).matches()) {
                names.set(i, path);
                length = longer;
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
            throw new HostFileException("Cannot find the layer " + layer, e);
        }
    }

    private static Path treeOf(Path layer, Set<Path> mountPoints) {
        Path parent = layer.getParent();
        return parent == null || mountPoints.contains(layer) ? layer : parent;
    }

    void open(ProgramBuilder.Call userNamespace) {
        trees.forEach(tree -> site.trees().openOne(userNamespace, tree, tree, Access.READ_ONLY));
    }

    /** Attaches the trees and gives each layer its name. */
    void attach() {
        for (int i = 0; i < trees.size(); i++) {
            if (site.spec().binds().idmapped()) {
                site.calls().mkdir("make a place for layers", place(i));
                site.trees().attach(trees.get(i), ContainerPath.of("/layers"), place(i));
            } else {
                site.calls().symlink("name the place of layers", trees.get(i).toString(), place(i));
            }
        }
        for (int i = 0; i < layers.size(); i++) {
            if (!names.get(i).equals(pathInTree(i))) {
                site.calls().symlink("name the layer " + layers.get(i), pathInTree(i), names.get(i));
            }
        }
    }

    /** Upper case, unlike the numbers of layers. */
    private static String place(int tree) {
        return "T" + Integer.toString(tree, RADIX);
    }

    private String pathInTree(int index) {
        int tree = treeOfLayer.get(index);
        Path layer = layers.get(index);
        Path opened = trees.get(tree).path();
        return opened.equals(layer) ? place(tree) : place(tree) + "/" + opened.relativize(layer);
    }

    /** How many are seen. */
    int count() {
        return layers.size();
    }

    /** The layer's short name. */
    String name(int index) {
        return names.get(index);
    }
}
