package io.carrel.containers;

import io.carrel.linux.ProcessIdentity;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a record's file: id and holder. What a killed JVM has left is known by that alone, as a machine that went
 * down may have left anything in the file.
 *
 * @param path the file
 * @param holder the process that holds the container
 * @param isTemporary whether the record was still being written
 */
record RecordFile(Path path, ProcessIdentity holder, boolean isTemporary) {

    private static final String TEMPORARY = ".new-";
    private static final Pattern NAME = Pattern.compile("(\\.new-)?[0-9a-f]{64}\\.([0-9-]+)");

    /** Where a container has its record. */
    static RecordFile of(Path directory, ContainerRecord container) {
        String name = container.id().hex() + "." + container.holder().format();
        return new RecordFile(directory.resolve(name), container.holder(), false);
    }

    /** Reads a file's name; empty if it is no record's. */
    static Optional<RecordFile> read(Path file) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        boolean isTemporary = matcher.group(1) != null;
        return ProcessIdentity.parse(matcher.group(2)).map(holder -> new RecordFile(file, holder, isTemporary));
    }

    /** Where its new content is written before it takes this one's place. */
    Path temporary() {
        return path.resolveSibling(TEMPORARY + path.getFileName());
    }
}
