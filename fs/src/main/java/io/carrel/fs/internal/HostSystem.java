package io.carrel.fs.internal;

import io.carrel.fs.ContainerPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of the host's directories hold its programs and libraries, and the symbolic links by which they are also known:
 * on most hosts {@code /bin} is a link to {@code usr/bin} today.
 *
 * @param directories what to bind
 * @param links link to target
 */
record HostSystem(List<ContainerPath> directories, Map<ContainerPath, String> links) {

    private static final List<String> CANDIDATES =
            List.of("/usr", "/etc", "/opt", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix", "/gnu");

    /** Looks at the host. */
    static HostSystem look() {
        List<ContainerPath> directories = new ArrayList<>();
        Map<ContainerPath, String> links = new LinkedHashMap<>();
        for (String candidate : CANDIDATES) {
            Path path = Path.of(candidate);
            if (Files.isSymbolicLink(path)) {
                links.put(ContainerPath.of(candidate), target(path));
            } else if (Files.isDirectory(path)) {
                directories.add(ContainerPath.of(candidate));
            }
        }
        return new HostSystem(directories, links);
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the link " + link, e);
        }
    }
}
