package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file of any kind that is copied, not yet opened to read. */
interface SourceFile extends AutoCloseable {

    FileStatus status();

    /** Where a symbolic link leads. */
    String link();

    /** Opens a regular file to read. */
    Descriptor read();

    /** Opens a directory to list it. */
    Listed list();

    /** Extended attributes that a copy gets, if it gets any. */
    Map<String, byte[]> attributes();

    @Override
    void close();

    /** An open directory. */
    interface Listed extends AutoCloseable {

        /** The names in it, sorted; of too many only some, but more than {@code most}. */
        List<String> names(long most);

        /** An entry, a symbolic link itself; empty if it is gone. */
        Optional<SourceFile> find(String name);

        @Override
        void close();
    }
}
