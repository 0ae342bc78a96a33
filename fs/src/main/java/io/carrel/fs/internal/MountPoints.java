package io.carrel.fs.internal;

import io.carrel.fs.ContainerPath;
import io.carrel.fs.FileSystemSubject;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes and finds the places in the new root that something is mounted on. The working directory is the new root.
 *
 * <p>In a root that Carrel made itself a relative path is safe. In a directory that somebody else wrote, and below
 * binds, a path could lead out of the root by symbolic links, so the kernel resolves it inside the root
 * ({@code RESOLVE_IN_ROOT}) to a descriptor, and that is what is mounted on (CVE-2021-30465).
 */
final class MountPoints {

    private static final Constant DIRECTORY_MODE = new Constant("0755", 0755);
    private static final Constant FILE_MODE = new Constant("S_IFREG|0644", 0100644);
    /** A place for the descriptor of the current target, so that its path is known when the program is made. */
    private static final int TARGET = 100;

    private final ProgramBuilder program;
    private final boolean own;
    private final RootLinks links;
    private final Map<ContainerPath, ContainerPath> followed = new HashMap<>();
    private final Set<ContainerPath> made = new HashSet<>();
    private final Set<ContainerPath> covered = new HashSet<>();
    private Operand.@Nullable Result root;

    MountPoints(ProgramBuilder program, boolean own, RootLinks links) {
        this.program = program;
        this.own = own;
        this.links = links;
    }

    /** From now on, what lies below {@code target} is somebody else's. */
    void cover(ContainerPath target) {
        covered.add(follow(target));
    }

    /** Where the target is by the root's links. */
    ContainerPath follow(ContainerPath target) {
        return followed.computeIfAbsent(target, links::follow);
    }

    /** Whether only Carrel can lead names to this place. */
    boolean isSafe(ContainerPath target) {
        return own && !isCovered(follow(target));
    }

    private boolean isCovered(ContainerPath target) {
        return covered.stream().anyMatch(cover -> target.isAtOrBelow(cover) && !target.equals(cover));
    }

    /** Makes directories while the root can still be written to. */
    void makeDirectories(List<ContainerPath> directories) {
        directories.forEach(directory -> makeEarly(directory, true));
    }

    /** Makes the place while the root can still be written to, if it lies in the root itself. */
    void makeEarly(ContainerPath target, boolean directory) {
        ContainerPath place = follow(target);
        if (!isCovered(place)) {
            make(place, directory);
        }
    }

    private void make(ContainerPath target, boolean directory) {
        boolean safe = own && !isCovered(target);
        for (ContainerPath parent : target.parents()) {
            makeOne(parent, true, safe);
        }
        makeOne(target, directory, safe);
    }

    private void makeOne(ContainerPath path, boolean directory, boolean safe) {
        if (made.add(path)) {
            if (safe) {
                makeNode(Operand.of(Fcntl.AT_FDCWD), path.relative(), directory);
            } else {
                makeInside(path, directory);
            }
        }
    }

    /** Finds the place, making it if need be and possible. The path that is returned holds until the next call. */
    String find(ContainerPath target, boolean directory) {
        ContainerPath place = follow(target);
        make(place, directory);
        if (isSafe(target)) {
            return place.relative();
        }
        String step = "find " + place + " in the root";
        Operand.Result found = resolve(step, place, directory);
        program.call(step, Syscall.DUP3, found, Operand.of(TARGET), Operand.of(Fcntl.O_CLOEXEC))
                .about(LinuxSubject.HIGH_DESCRIPTOR);
        return "/proc/self/fd/" + TARGET;
    }

    /** It may exist already, or the mount may be read-only: then finding it decides. */
    private void makeInside(ContainerPath path, boolean directory) {
        int count = path.names().size();
        Operand parent = count == 1
                ? root()
                : resolve("make " + path + " in the root", path.parents().get(count - 2), true);
        makeNode(parent, path.names().get(count - 1), directory).ignoreFailure();
    }

    private ProgramBuilder.Call makeNode(Operand parent, String name, boolean directory) {
        Operand path = Operand.text(name);
        return directory
                ? program.call("make the directory " + name, Syscall.MKDIRAT, parent, path, Operand.of(DIRECTORY_MODE))
                : program.call(
                        "make the file " + name, Syscall.MKNODAT, parent, path, Operand.of(FILE_MODE), Operand.of(0));
    }

    private Operand.Result resolve(String step, ContainerPath path, boolean directory) {
        Constant found = Fcntl.O_PATH.or(Fcntl.O_CLOEXEC);
        Constant all = directory ? found.or(Fcntl.O_DIRECTORY) : found;
        Data how = Data.struct(
                "{flags=%s, resolve=RESOLVE_IN_ROOT}".formatted(all),
                Struct.ofSize(24)
                        .u64(all.value())
                        .u64(0)
                        .u64(Fcntl.RESOLVE_IN_ROOT.value())
                        .toBytes());
        return program.call(
                        step,
                        Syscall.OPENAT2,
                        root(),
                        Operand.text(path.relative()),
                        how.address(),
                        Operand.of(how.size()))
                .about(FileSystemSubject.MOUNT_POINT)
                .result("TARGET");
    }

    private Operand root() {
        if (root == null) {
            root = program.call(
                            "open the new root",
                            Syscall.OPENAT,
                            Operand.of(Fcntl.AT_FDCWD),
                            Operand.text("."),
                            Operand.of(Fcntl.O_PATH.or(Fcntl.O_CLOEXEC)),
                            Operand.of(0))
                    .result("ROOT");
        }
        return root;
    }
}
