package io.carrel.fs.internal;

import io.carrel.fs.ContainerPath;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.HostFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of the host's directories hold its programs and libraries, and the symbolic links by which they are also known:
 * on most hosts {@code /bin} is a link to {@code usr/bin} today.
 *
 * @param directories what to bind
 * @param files what else to bind
 * @param links link to target
 */
record HostSystem(List<ContainerPath> directories, List<ContainerPath> files, Map<ContainerPath, String> links) {

    private static final List<String> CANDIDATES =
            List.of("/usr", "/etc", "/opt", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix", "/gnu");

    /** Nothing of the host's. */
    static final HostSystem NONE = new HostSystem(List.of(), List.of(), Map.of());

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
        return new HostSystem(directories, List.of(), links);
    }

    /** Whether this is the host's, when it is there. */
    boolean holds(ContainerPath path) {
        return files.contains(path) || directories.stream().anyMatch(path::isAtOrBelow);
    }

    /**
     * The same with a directory of its own in the place of one of these, into which what is in that is bound one by
     * one: in the host's nothing can be made.
     *
     * @param without what is not taken from the host
     */
    HostSystem divided(ContainerPath directory, Set<ContainerPath> without) {
        List<ContainerPath> within = new ArrayList<>(directories);
        within.remove(directory);
        List<ContainerPath> single = new ArrayList<>(files);
        Map<ContainerPath, String> all = new LinkedHashMap<>(links);
        try {
            for (Path entry : DirectoryListing.of(Path.of(directory.text()))) {
                ContainerPath path = ContainerPath.of(entry.toString());
                if (without.contains(path)) {
                    continue;
                }
                if (Files.isSymbolicLink(entry)) {
                    all.put(path, target(entry));
                } else {
                    (Files.isDirectory(entry) ? within : single).add(path);
                }
            }
        } catch (IOException e) {
            throw new HostFileException("Cannot list " + directory, e);
        }
        return new HostSystem(within, single, all);
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            throw new HostFileException("Cannot read the link " + link, e);
        }
    }
}
