package io.carrel.fs.overlay;

import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.uapi.Fcntl;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads one file of layers as overlayfs would show it. Links are followed as from inside, where the layers are all
 * there is.
 */
public final class MergedFile {

    private static final int CHUNK = 64 * 1024;

    private MergedFile() {}

    /**
     * Reads the content of a regular file; empty if there is none, or if it is larger than {@code most}.
     *
     * @param layers the lowest first; those that do not exist hold nothing
     * @param path from the root
     */
    public static Optional<byte[]> read(List<Path> layers, String path, int most) {
        String doing = "Cannot read " + path + " of layers";
        List<Path> present = layers.stream().filter(Files::isDirectory).toList();
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls()) {
            calls.doing(() -> doing);
            MergedLayers merged = MergedLayers.mounted(calls, attributes);
            try (LayerWalk walk = new LayerWalk(doing, merged.open(doing, present))) {
                return walk.file(path)
                        .filter(file ->
                                file.status().is(Fcntl.S_IFREG) && file.status().size() <= most)
                        .map(file -> content(file, calls));
            }
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ELOOP)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static byte[] content(MergedEntry file, FileCalls calls) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] buffer = new byte[CHUNK];
        try (OwnFiles.Opened open = file.read()) {
            int count;
            do {
                count = calls.readAt(open.descriptor(), buffer, buffer.length, content.size());
                content.write(buffer, 0, count);
            } while (count > 0);
        }
        return content.toByteArray();
    }
}
