package io.carrel.fs.overlay;

import com.google.common.base.Splitter;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One file of layers as overlayfs would show it. Links are followed as from inside, where the layers are all there is: an absolute
 * one begins at their root, and nothing leads above it.
 */
public final class MergedFile {

    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK);
    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final int READABLE = 0400;

    private static final Splitter NAMES = Splitter.on('/').omitEmptyStrings();

    /** As many as the kernel follows. */
    private static final int MOST_LINKS = 40;

    private final String doing;
    private final OwnFiles own;
    private final MergedLayers all;

    /** The directories above the next name, all open, that of the root last; each in all layers that take part. */
    private final Deque<List<OwnFiles.Opened>> above = new ArrayDeque<>();

    /** The names that are still to be gone through. */
    private final Deque<String> rest = new ArrayDeque<>();

    private MergedFile(String doing, OwnFiles own, MergedLayers all) {
        this.doing = doing;
        this.own = own;
        this.all = all;
    }

    /**
     * The content of a regular file; empty if there is none, or if it is larger than {@code most}.
     *
     * @param layers the lowest first; those that do not exist hold nothing
     * @param path from the root
     */
    public static Optional<byte[]> read(List<Path> layers, String path, int most) {
        String doing = "Cannot read " + path + " of layers";
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls()) {
            calls.doing(() -> doing);
            OwnFiles own = new OwnFiles(calls, ProcessStatus.current().effectiveUid() == 0);
            return new MergedFile(doing, own, MergedLayers.mounted(calls, attributes)).inLayers(layers, path, most);
        }
    }

    private Optional<byte[]> inLayers(List<Path> layers, String path, int most) {
        List<OwnFiles.Opened> root = new ArrayList<>();
        above.push(root);
        try {
            List<Path> present = layers.stream().filter(Files::isDirectory).toList();
            for (Path layer : Lists.reverse(MergedLayers.seen(present))) {
                Descriptor open = Kernel.open(doing, layer.toString(), DIRECTORY);
                root.add(new OwnFiles.Opened(open, null, 0, own.calls()));
            }
            enter(path);
            return follow(most);
        } finally {
            above.forEach(MergedFile::close);
        }
    }

    private Optional<byte[]> follow(int most) {
        int links = 0;
        while (!rest.isEmpty()) {
            String name = rest.pop();
            if (name.equals("..")) {
                leave();
                continue;
            }
            MergedLayers.Found found = all.find(here(), name).orElse(null);
            if (found != null && found.isDirectory()) {
                descend(found, name);
            } else if (found != null && found.status().is(Fcntl.S_IFLNK) && ++links <= MOST_LINKS) {
                enter(own.calls().readLink(found.directory(), name));
            } else {
                return Optional.ofNullable(found)
                        .filter(file -> rest.isEmpty() && isFile(file.status(), most))
                        .map(file -> content(file, name));
            }
        }
        return Optional.empty();
    }

    private List<Descriptor> here() {
        return above.getFirst().stream().map(OwnFiles.Opened::descriptor).toList();
    }

    private void descend(MergedLayers.Found directory, String name) {
        List<Descriptor> here = here();
        List<OwnFiles.Opened> merged = new ArrayList<>();
        above.push(merged);
        all.open(here, directory, name, merged);
    }

    private void leave() {
        if (above.size() > 1) {
            close(above.pop());
        }
    }

    private void enter(String path) {
        while (path.startsWith("/") && above.size() > 1) {
            leave();
        }
        Lists.reverse(NAMES.splitToList(path)).stream()
                .filter(name -> !name.equals("."))
                .forEach(rest::push);
    }

    private static void close(List<OwnFiles.Opened> directory) {
        directory.forEach(OwnFiles.Opened::close);
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
