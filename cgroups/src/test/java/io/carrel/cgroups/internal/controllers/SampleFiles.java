package io.carrel.cgroups.internal.controllers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.internal.hierarchy.Hierarchy;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.usage.Usage;
import io.carrel.linux.KernelFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

/** Files as kernels write them, in a directory that stands for a group. */
abstract class SampleFiles {

    private @TempDir Path directory = Path.of("/");

    /** Content as Linux 6.1 (v2) and 6.18 (v1) have it, with the end of its last line. */
    final void file(String name, String content) {
        file(directory, name, content);
    }

    private static void file(Path group, String name, String content) {
        try {
            Files.createDirectories(group);
            Files.writeString(group.resolve(name), content.endsWith("\n") ? content : content + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of a group below. */
    final void fileBelow(String name, String content) {
        file(directory.resolve("below"), name, content);
    }

    final Placement group(CgroupVersion version) {
        Hierarchy hierarchy = new Hierarchy(version, directory, "/", Set.of(Controller.values()), "/");
        return new Placement(hierarchy, directory);
    }

    final Limits read(CgroupVersion version) {
        return ReadBack.of(List.of(group(version)), Remembered.NOTHING);
    }

    final void isRefused(CgroupVersion version, String name, String content) {
        file(name, content);
        assertThatThrownBy(() -> read(version))
                .isInstanceOf(KernelFileException.class)
                .hasMessageStartingWith("Cannot understand a file of a cgroup: file " + directory.resolve(name));
    }

    final Usage usage(CgroupVersion... versions) {
        return new Meter(List.of(versions).stream().map(this::group).toList()).read();
    }

    static Limits limits(Consumer<Limits.Builder> setting) {
        Limits.Builder builder = Limits.builder();
        setting.accept(builder);
        return builder.build();
    }

    static Limit limit(Consumer<Limits.Builder> setting) {
        return limits(setting).all().get(0);
    }

    /** File and text of each setting. */
    private static List<String> written(CgroupVersion version, Consumer<Limits.Builder> setting) {
        Limits limits = limits(setting);
        return limits.all().stream()
                .flatMap(limit -> Controllers.settings(limit, version, limits).stream())
                .map(Setting::toString)
                .toList();
    }

    static List<String> v1(Consumer<Limits.Builder> setting) {
        return written(CgroupVersion.V1, setting);
    }

    static List<String> v2(Consumer<Limits.Builder> setting) {
        return written(CgroupVersion.V2, setting);
    }
}
