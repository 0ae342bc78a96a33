package io.carrel.fs.internal;

import com.google.common.collect.Lists;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One file of layers as overlayfs would show it. No link is followed, as it could lead out of the layers. */
public final class MergedFile {

    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK);
    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final int READABLE = 0400;

    private final String doing;
    private final OwnFiles own;
    private final MergedLayers all;

    private MergedFile(String doing, OwnFiles own, MergedLayers all) {
        this.doing = doing;
        this.own = own;
        this.all = all;
    }

    /**
     * The content of a regular file in a directory of the root; empty if there is none, or if it is larger than {@code most}.
     *
     * @param layers the lowest first; those that do not exist hold nothing
     */
    public static Optional<byte[]> read(List<Path> layers, String directory, String name, int most) {
        String doing = "Cannot read " + name + " of layers";
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls()) {
            calls.doing(() -> doing);
            OwnFiles own = new OwnFiles(calls, ProcessStatus.current().effectiveUid() == 0);
            return new MergedFile(doing, own, MergedLayers.mounted(calls, attributes))
                    .inLayers(layers, directory, name, most);
        }
    }

    private Optional<byte[]> inLayers(List<Path> layers, String directory, String name, int most) {
        List<Descriptor> open = new ArrayList<>();
        List<OwnFiles.Opened> merged = new ArrayList<>();
        try {
            List<Path> present = layers.stream().filter(Files::isDirectory).toList();
            for (Path layer : Lists.reverse(MergedLayers.seen(present))) {
                open.add(Kernel.open(doing, layer.toString(), DIRECTORY));
            }
            Optional<MergedLayers.Found> parent = all.find(open, directory).filter(MergedLayers.Found::isDirectory);
            if (parent.isEmpty()) {
                return Optional.empty();
            }
            all.open(open, parent.get(), directory, merged);
            List<Descriptor> directories =
                    merged.stream().map(OwnFiles.Opened::descriptor).toList();
            return all.find(directories, name)
                    .filter(found -> isFile(found.status(), most))
                    .map(found -> content(found, name));
        } finally {
            merged.forEach(OwnFiles.Opened::close);
            open.forEach(Descriptor::close);
        }
    }

    private static boolean isFile(FileStatus status, int most) {
        return status.is(Fcntl.S_IFREG) && status.size() <= most;
    }

    private byte[] content(MergedLayers.Found found, String name) {
        try (OwnFiles.Opened file = own.open(found.directory(), name, found.status(), READABLE, READ)) {
            return Files.readAllBytes(file.descriptor().path());
        } catch (IOException e) {
            throw new UncheckedIOException(doing, e);
        }
    }
}
