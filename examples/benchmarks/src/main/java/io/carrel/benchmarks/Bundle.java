package io.carrel.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An OCI bundle with the namespaces and the files of a default container of Carrel's.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md">OCI runtime specification</a>
 */
final class Bundle {

    private static final Map<String, String> LINKS =
            Map.of("bin", "usr/bin", "sbin", "usr/sbin", "lib", "usr/lib", "lib64", "usr/lib64");
    private static final String BIND = """
            {"destination": "%s", "type": "bind", "source": "%s", "options": ["rbind", "ro", "nosuid", "nodev"]}""";
    private static final String CONFIG = """
            {"ociVersion": "1.0.2",
             "process": {"terminal": false, "user": {"uid": 0, "gid": 0}, "cwd": "/", "args": [%s],
               "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], "capabilities": {}, "noNewPrivileges": true},
             "root": {"path": "rootfs", "readonly": true},
             "hostname": "carrel",
             "mounts": [
               {"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "noexec", "nodev"]},
               {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]},
               {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
                 "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]},
               {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev"]},
               %s],
             "linux": {%s
               "uidMappings": [{"containerID": 0, "hostID": %d, "size": 1}],
               "gidMappings": [{"containerID": 0, "hostID": %d, "size": 1}],
               "namespaces": [{"type": "user"}, {"type": "mount"}, {"type": "pid"}, {"type": "network"},
                 {"type": "ipc"}, {"type": "uts"}, {"type": "cgroup"}]}}
            """;

    private final Path directory;
    private final List<Path> made = new ArrayList<>();

    private Bundle(Path directory) {
        this.directory = directory;
    }

    static Bundle create(Path directory) {
        return new Bundle(directory);
    }

    Path directory() {
        return directory;
    }

    /**
     * Writes everything.
     *
     * @param cgroupsPath the container's cgroup, if the runtime should not choose
     */
    void configure(Payload payload, @Nullable String cgroupsPath) {
        Map<String, String> binds = new LinkedHashMap<>(Map.of("/usr", "/usr", "/etc", "/etc"));
        if (Files.isDirectory(Path.of("/opt"))) {
            binds.put("/opt", "/opt");
        }
        payload.bound().ifPresent(bound -> binds.put(Payload.BOUND_INSIDE, bound.toString()));
        try {
            Path root = directory.resolve("rootfs");
            made.add(Files.createDirectory(directory));
            made.add(Files.createDirectory(root));
            for (String name : List.of("proc", "dev", "tmp", "run", "var")) {
                made.add(Files.createDirectory(root.resolve(name)));
            }
            for (String inside : binds.keySet()) {
                made.add(Files.createDirectory(root.resolve(inside.substring(1))));
            }
            for (Map.Entry<String, String> link : LINKS.entrySet()) {
                made.add(Files.createSymbolicLink(root.resolve(link.getKey()), Path.of(link.getValue())));
            }
            made.add(Files.writeString(directory.resolve("config.json"), config(payload, binds, cgroupsPath)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the bundle " + directory, e);
        }
    }

    private static String config(Payload payload, Map<String, String> binds, @Nullable String cgroupsPath) {
        String args = payload.inside().stream().map(word -> '"' + word + '"').collect(Collectors.joining(", "));
        String mounts = binds.entrySet().stream()
                .map(bind -> BIND.formatted(bind.getKey(), bind.getValue()))
                .collect(Collectors.joining(",\n"));
        String group = cgroupsPath == null ? "" : "\"cgroupsPath\": \"%s\",".formatted(cgroupsPath);
        return CONFIG.formatted(args, mounts, group, Host.uid(), Host.gid());
    }

    /** Removes what {@link #configure} made, and only that: a tree with a bind mount must not be walked. */
    void delete() throws IOException {
        Collections.reverse(made);
        for (Path path : made) {
            Files.deleteIfExists(path);
        }
    }
}
