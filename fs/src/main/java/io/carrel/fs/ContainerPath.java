package io.carrel.fs;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import io.carrel.linux.Printable;
import java.util.ArrayList;
import java.util.List;

/**
 * Names a file or directory inside a container: absolute, without {@code .}, {@code ..} and empty parts. Immutable, so
 * safe for use by several threads.
 *
 * @param text the path, for example {@code /work/src}; the root is {@code /}
 */
public record ContainerPath(String text) {

    /** Names the root directory of a container. */
    public static final ContainerPath ROOT = new ContainerPath("/");

    /**
     * Checks the path and drops repeated and trailing slashes.
     *
     * @throws IllegalArgumentException if the path is relative or contains {@code .}, {@code ..} or a NUL character
     */
    public ContainerPath {
        checkArgument(text.startsWith("/"), "a path in a container must be absolute, was \"%s\"", Printable.of(text));
        checkArgument(text.indexOf('\0') < 0, "a path must not contain a NUL character");
        List<String> parts = split(text);
        checkArgument(
                !parts.contains(".") && !parts.contains(".."),
                "a path in a container must not contain . or .., was \"%s\"",
                Printable.of(text));
        text = "/" + String.join("/", parts);
    }

    /**
     * Makes a path of text such as {@code /work/src}.
     *
     * @throws IllegalArgumentException if the path is relative or contains {@code .}, {@code ..} or a NUL character
     */
    public static ContainerPath of(String text) {
        return new ContainerPath(text);
    }

    /**
     * Makes a path of text as images and Dockerfiles may have it: drops {@code .}, and lets {@code ..} take away the
     * name before it, whatever links there are. At the root {@code ..} takes nothing away.
     *
     * @throws IllegalArgumentException if the path is relative or contains a NUL character
     */
    public static ContainerPath cleaned(String text) {
        List<String> parts = new ArrayList<>();
        for (String part : split(text)) {
            if (!part.equals(".") && !part.equals("..")) {
                parts.add(part);
            } else if (part.equals("..") && !parts.isEmpty()) {
                parts.remove(parts.size() - 1);
            }
        }
        return new ContainerPath((text.startsWith("/") ? "/" : "") + String.join("/", parts));
    }

    private static List<String> split(String text) {
        return Splitter.on('/').omitEmptyStrings().splitToList(text);
    }

    /** Returns the names from the root to here; none for the root. */
    public List<String> names() {
        return split(text);
    }

    /** Returns the path without the leading slash; {@code .} for the root. */
    public String relative() {
        return text.length() == 1 ? "." : text.substring(1);
    }

    /** Returns the directories above this path and below the root, from the top. */
    public List<ContainerPath> parents() {
        List<ContainerPath> parents = new ArrayList<>();
        for (int slash = text.indexOf('/', 1); slash > 0; slash = text.indexOf('/', slash + 1)) {
            parents.add(new ContainerPath(text.substring(0, slash)));
        }
        return parents;
    }

    /** Tells whether this path is {@code other} or lies below it, by its names alone: links are not followed. */
    public boolean isAtOrBelow(ContainerPath other) {
        return other.equals(ROOT) || text.equals(other.text) || text.startsWith(other.text + "/");
    }

    @Override
    public String toString() {
        return text;
    }
}
