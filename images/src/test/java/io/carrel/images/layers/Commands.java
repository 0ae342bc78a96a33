package io.carrel.images.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Runs programs of the host, which look at what was unpacked independently of our code. */
final class Commands {

    private Commands() {}

    /** The output, as bytes, of a shell script that must succeed. */
    static String run(Path directory, String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-ec", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor()).as(script + "\n" + output).isZero();
        return output;
    }

    /** All that can be told of a tree: types, permissions, owners, sizes, times, links, attributes, content. */
    static String describe(Path tree) throws IOException, InterruptedException {
        return run(tree, description("%n "));
    }

    /**
     * The same of layers, the lowest first, that the kernel stacks; without numbers of links, as overlayfs counts those
     * of the layers.
     *
     * @param unshare the program with options that make a namespace where this user can mount
     * @param place an empty directory to mount on
     */
    static String describeStacked(List<Path> layers, String unshare, Path place)
            throws IOException, InterruptedException {
        List<String> highestFirst =
                new ArrayList<>(layers.stream().map(Path::toString).toList());
        Collections.reverse(highestFirst);
        String mount = "mount -t overlay -o userxattr,lowerdir=%s overlay %s; cd %s; "
                .formatted(String.join(":", highestFirst), place, place);
        return inNamespace(place, unshare, mount + description(""));
    }

    /** {@link #describe} without numbers of links, by a user that {@code unshare} makes. */
    static String describe(Path tree, String unshare) throws IOException, InterruptedException {
        return inNamespace(tree, unshare, description(""));
    }

    private static String inNamespace(Path directory, String unshare, String commands)
            throws IOException, InterruptedException {
        Path script = Files.writeString(Files.createTempFile("describe", ".sh"), commands);
        try {
            return run(directory, unshare + " sh -e " + script);
        } finally {
            Files.delete(script);
        }
    }

    private static String description(String links) {
        return "export LC_ALL=C; find . -mindepth 1 -printf '%p %y %m %U:%G " + links + "%T@ %l\\n' | sort;"
                + " find . -mindepth 1 ! -type d -printf '%p %s\\n' | sort;"
                + " find . -type c -o -type b | sort | xargs -r stat -c '%n %t:%T';"
                + " find . ! -type l -print0 | sort -z | xargs -0 -r getfattr -h -d -m - -e hex 2>/dev/null || true;"
                + " find . -type f -perm -400 -print0 | sort -z | xargs -0 -r sha256sum";
    }

    static boolean has(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
