package io.carrel.benchmarks;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Command lines of other programs that isolate. */
final class Peers {

    /** What a container of Carrel's has by default, in the words of bwrap(1); it has an init too. */
    private static final String BUBBLEWRAP = """
            --unshare-user --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup --die-with-parent
            --ro-bind /usr /usr --ro-bind /etc /etc --ro-bind-try /opt /opt
            --symlink usr/bin /bin --symlink usr/sbin /sbin --symlink usr/lib /lib --symlink usr/lib64 /lib64
            --proc /proc --dev /dev --tmpfs /tmp --dir /run --dir /var --symlink /tmp /var/tmp
            --hostname carrel --clearenv --setenv PATH /usr/sbin:/usr/bin:/sbin:/bin --chdir /
            --cap-drop ALL --new-session""";

    private Peers() {}

    static List<String> bubblewrap(Payload payload) {
        List<String> words = new ArrayList<>(List.of(find("bwrap")));
        words.addAll(Arrays.asList(BUBBLEWRAP.split("\\s+")));
        payload.bound()
                .ifPresent(directory -> words.addAll(List.of("--ro-bind", directory.toString(), Payload.BOUND_INSIDE)));
        // Last, as nothing can be mounted afterwards.
        words.addAll(List.of("--remount-ro", "/"));
        words.addAll(payload.inside());
        return words;
    }

    /** Seven namespaces and a fresh {@code /proc}; the root stays the host's. */
    static List<String> unshare(Payload payload) {
        List<String> words = new ArrayList<>(List.of(find("unshare"), "-Urmpfnui", "-C", "--mount-proc"));
        words.addAll(payload.outside());
        return words;
    }

    /**
     * The path of an installed program. Looks also where only root's {@code PATH} leads.
     *
     * @throws IllegalStateException if there is none
     */
    static String find(String program) {
        String directories = System.getenv().getOrDefault("PATH", "/usr/bin") + ":/usr/sbin:/sbin";
        Optional<Path> found = Stream.of(directories.split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
        return found.orElseThrow(() -> new IllegalStateException("not installed"))
                .toString();
    }
}
