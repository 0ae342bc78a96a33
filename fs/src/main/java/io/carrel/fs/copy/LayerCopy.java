package io.carrel.fs.copy;

import io.carrel.fs.ContainerPath;
import io.carrel.fs.overlay.MergedLayers;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Copies a directory of an image, as overlayfs would show it, to a directory of the host's, with owners, attributes, set-id bits
 * and times. For an ordinary user all files of the image are the user's own, and so are the copies. Symbolic links are copied as
 * such; those on the way to the directory are followed inside the image. Not thread-safe.
 */
public final class LayerCopy {

    private static final int MOST_LINKS = 40;
    private static final CopyLimits LIMITS = new CopyLimits(Long.MAX_VALUE, Long.MAX_VALUE, 1000);

    private final List<Path> layers;
    private final FileCalls calls;
    private final AttributeCalls attributes;
    private final MergedLayers merged;

    private LayerCopy(List<Path> layers, FileCalls calls, AttributeCalls attributes) {
        this.layers = MergedLayers.seen(layers);
        this.calls = calls;
        this.attributes = attributes;
        this.merged = MergedLayers.mounted(calls, attributes);
    }

    /**
     * Copies what is in a directory, which also gives the target its owner, attributes, permissions and times.
     *
     * @param layers the directories of the image's layers in the form of overlayfs, the lowest first; nobody changes them
     * @param target an empty directory
     * @return false if the image has no such directory
     */
    public static boolean content(List<Path> layers, ContainerPath path, Path target) {
        try (FileCalls files = new FileCalls();
                AttributeCalls attributes = new AttributeCalls()) {
            return new LayerCopy(layers, files, attributes).copy(path, target);
        }
    }

    private boolean copy(ContainerPath path, Path target) {
        calls.doing(() -> "Cannot find " + path + " in the image");
        try (SourceFile found = find(path).orElse(null)) {
            if (found == null || !found.status().is(Fcntl.S_IFDIR)) {
                return false;
            }
            copy(found, path, target);
            return true;
        }
    }

    private void copy(SourceFile found, ContainerPath path, Path target) {
        String doing = "Cannot copy " + path + " of an image";
        boolean owners = ProcessStatus.current().effectiveUid() == 0;
        Finish finish = Finish.exact(calls, attributes, owners);
        Acting.run(null, acting -> {
            try (Descriptor directory = Kernel.open(doing, target.toString(), Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY))) {
                Side to = Side.host(calls, acting, directory);
                TreeCopy copy = new TreeCopy(calls, to, new Budget(path.toString(), LIMITS), finish);
                copy.all(found, directory, ".");
                finish.file(found, "", found.status(), directory);
                return copy.result();
            }
        });
    }

    /** Follows links; {@code ..} and links that are absolute begin at the image's root again. */
    private Optional<SourceFile> find(ContainerPath path) {
        Deque<String> left = new ArrayDeque<>();
        path.names().forEach(name -> left.add(Names.bytes(name)));
        List<String> way = new ArrayList<>();
        int links = 0;
        while (!left.isEmpty()) {
            String name = left.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                way = new ArrayList<>(way.subList(0, Math.max(0, way.size() - 1)));
                continue;
            }
            way.add(name);
            try (SourceFile next = at(way).orElse(null)) {
                if (next == null) {
                    return Optional.empty();
                }
                if (next.status().is(Fcntl.S_IFLNK)) {
                    if (++links > MOST_LINKS) {
                        throw new SyscallException("Cannot find " + path + " in the image", "open", name, Errno.ELOOP);
                    }
                    String target = next.link();
                    way = new ArrayList<>(target.startsWith("/") ? List.of() : way.subList(0, way.size() - 1));
                    push(left, target);
                }
            }
        }
        return at(way);
    }

    private static void push(Deque<String> left, String target) {
        List<String> names = List.of(target.split("/", -1));
        for (int i = names.size() - 1; i >= 0; i--) {
            left.push(names.get(i));
        }
    }

    /** The file with this way from the root, on which there are no links. */
    private Optional<SourceFile> at(List<String> way) {
        Optional<SourceFile> at = Optional.of(root());
        for (String name : way) {
            try (SourceFile directory = at.orElse(null)) {
                if (directory == null || !directory.status().is(Fcntl.S_IFDIR)) {
                    return Optional.empty();
                }
                try (SourceFile.Listed listed = directory.list()) {
                    at = listed.find(name);
                }
            }
        }
        return at;
    }

    private SourceFile root() {
        List<Descriptor> parts = new ArrayList<>();
        LayeredFile root = null;
        try {
            for (int i = layers.size() - 1; i >= 0; i--) {
                Descriptor part = Kernel.open(
                        "Cannot open a layer", layers.get(i).toString(), Fcntl.O_PATH.or(Fcntl.O_DIRECTORY));
                parts.add(part);
            }
            root = new LayeredFile(merged, parts, new LayeredFile.Place(parts.get(0), "."));
            return root;
        } finally {
            if (root == null) {
                parts.forEach(Descriptor::close);
            }
        }
    }
}
