package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One file and what is written into it.
 *
 * @param file the file
 * @param setting the text, and how it is taken back
 */
record Write(Path file, Setting setting) {

    /**
     * Writes all of them, or none: after a failure the old values are written again. Some values are only valid when
     * others have been written before (the sum of memory and swap must not be less than the memory), so what the kernel
     * calls invalid or busy is tried again after the others, for as long as that helps.
     *
     * @param last what is done at the end, and is one of them: it happens or it fails and leaves all as it was
     */
    static void all(String doing, List<Write> writes, Runnable last) {
        Deque<Runnable> undo = new ArrayDeque<>();
        try {
            asLongAsItHelps(writes, write -> {
                Optional<String> old = write.old();
                write.write(doing, write.setting.text());
                old.ifPresent(text -> undo.push(() -> write.write(doing, text)));
            });
            last.run();
        } catch (RuntimeException e) {
            undo(undo, e);
            throw e;
        }
    }

    /** The same for a new group, which is removed after a failure. */
    static void first(String doing, List<Write> writes) {
        asLongAsItHelps(writes, write -> write.write(doing, write.setting.text()));
    }

    private static void asLongAsItHelps(List<Write> writes, Consumer<Write> attempt) {
        List<Write> pending = new ArrayList<>(writes);
        while (!pending.isEmpty()) {
            int before = pending.size();
            @Nullable SyscallException failure = pass(pending, attempt);
            if (failure != null && pending.size() == before) {
                throw failure;
            }
        }
    }

    private static @Nullable SyscallException pass(List<Write> pending, Consumer<Write> attempt) {
        @Nullable SyscallException first = null;
        for (Write write : List.copyOf(pending)) {
            try {
                attempt.accept(write);
                pending.remove(write);
            } catch (SyscallException e) {
                if (!e.errno().equals(Errno.EINVAL) && !e.errno().equals(Errno.EBUSY)) {
                    throw e;
                }
                first = first == null ? e : first;
            }
        }
        return first;
    }

    private static void undo(Deque<Runnable> undo, RuntimeException failure) {
        for (Runnable step : undo) {
            try {
                step.run();
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private void write(String doing, String text) {
        GroupFile.write(doing + " to " + setting, file, text);
    }

    /**
     * What has to be written to have again what the file holds now; empty for one that takes commands and holds
     * nothing.
     */
    private Optional<String> old() {
        return GroupFile.readIfThere(file).map(content -> {
            if (setting.key().isEmpty()) {
                return content.isEmpty() ? "\n" : content;
            }
            String start = setting.key() + " ";
            return content.lines()
                    .filter(line -> line.startsWith(start))
                    .findFirst()
                    .orElse(start + setting.unset());
        });
    }
}
