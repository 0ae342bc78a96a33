package io.carrel.fs.copy;

import java.util.List;

/**
 * Tells what a copy did. Immutable, so safe for use by several threads.
 *
 * @param files how many files, directories and links were copied
 * @param bytes how much the files hold, holes not counted
 * @param skipped what was left out: devices, named pipes and sockets, by their paths below the source
 */
public record Copied(long files, long bytes, List<String> skipped) {

    /** Copies the list. */
    public Copied {
        skipped = List.copyOf(skipped);
    }
}
