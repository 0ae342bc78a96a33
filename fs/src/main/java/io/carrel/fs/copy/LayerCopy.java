package io.carrel.fs.copy;

import io.carrel.fs.ContainerPath;
import io.carrel.fs.overlay.LayerWalk;
import io.carrel.fs.overlay.MergedDirectory;
import io.carrel.fs.overlay.MergedEntry;
import io.carrel.fs.overlay.MergedLayers;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Copies a directory of an image, as overlayfs would show it, to a directory of the host's, with owners, attributes,
 * set-id bits and times. For an ordinary user all files of the image are the user's own, and so are the copies.
 * Symbolic links are copied as such; those on the way to the directory are followed inside the image. Safe for use by
 * several threads, as long as each has a target of its own.
 */
public final class LayerCopy {

    private static final CopyLimits LIMITS = new CopyLimits(Long.MAX_VALUE, Long.MAX_VALUE, 1000);

    private final FileCalls calls;
    private final AttributeCalls attributes;

    private LayerCopy(FileCalls calls, AttributeCalls attributes) {
        this.calls = calls;
        this.attributes = attributes;
    }

    /**
     * Copies what is in a directory, which also gives the target its owner, attributes, permissions and times. Owners
     * are kept where this process is root.
     *
     * @param layers the directories of the image's layers in the form of overlayfs, the lowest first; nobody changes
     *     them
     * @param path the directory in the image
     * @param target an empty directory
     * @return false if the image has no such directory
     * @throws io.carrel.linux.SyscallException if a layer cannot be read, or the target not be written
     * @throws io.carrel.linux.RefusedContentException if directories lie deeper within each other than 1000
     */
    public static boolean content(List<Path> layers, ContainerPath path, Path target) {
        try (FileCalls files = new FileCalls();
                AttributeCalls attributes = new AttributeCalls()) {
            return new LayerCopy(files, attributes).copy(layers, path, target);
        }
    }

    private boolean copy(List<Path> layers, ContainerPath path, Path target) {
        String finding = "Cannot find " + path + " in the image";
        calls.doing(() -> finding);
        MergedDirectory root = MergedLayers.mounted(calls, attributes).open("Cannot open a layer", layers);
        try (LayerWalk walk = new LayerWalk(finding, root)) {
            Optional<MergedEntry> found =
                    walk.directory(Names.bytes(path.text())).map(MergedDirectory::self);
            found.ifPresent(directory -> copy(new LayeredFile(calls, directory), path, target));
            return found.isPresent();
        }
    }

    private void copy(SourceFile found, ContainerPath path, Path target) {
        String doing = "Cannot copy " + path + " of an image";
        boolean owners = ProcessStatus.current().effectiveUid() == 0;
        Finish finish = Finish.exact(calls, attributes, owners);
        FileCredentials.run(null, acting -> {
            try (Descriptor directory = Kernel.open(doing, target.toString(), Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY))) {
                Side to = Side.host(calls, acting, directory);
                TreeCopy copy = new TreeCopy(calls, to, new Budget(path.toString(), LIMITS), finish);
                copy.all(found, directory, ".");
                finish.file(found, "", found.status(), directory);
                return copy.result();
            }
        });
    }
}
