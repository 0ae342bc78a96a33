package io.carrel.cli;

import com.google.common.base.Throwables;
import io.carrel.linux.Printable;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;

/** Why something failed, in words: the message of the JDK's exceptions about files is often the file's name alone. */
final class Reason {

    private static final Map<Class<?>, String> WORDS = Map.of(
            NoSuchFileException.class, "no such file or directory",
            AccessDeniedException.class, "permission denied",
            FileAlreadyExistsException.class, "it exists already",
            NotDirectoryException.class, "it is no directory",
            DirectoryNotEmptyException.class, "the directory is not empty",
            FileSystemLoopException.class, "too many symbolic links");

    private Reason() {}

    /**
     * The message of an exception as it may stand on a terminal, and what a failure below it, that names a file alone,
     * means.
     */
    static String of(Throwable failure) {
        return Printable.lines(Glossary.translate(inWords(failure)));
    }

    private static String inWords(Throwable failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (!(Throwables.getRootCause(failure) instanceof FileSystemException file) || file.getReason() != null) {
            return message;
        }
        String word = WORDS.get(file.getClass());
        if (word == null) {
            return message;
        }
        String path = String.valueOf(file.getFile());
        String doing = message.endsWith(": " + path) ? message.substring(0, message.length() - path.length() - 2) : "";
        return (doing.contains(path) ? doing : message) + ": " + word;
    }
}
