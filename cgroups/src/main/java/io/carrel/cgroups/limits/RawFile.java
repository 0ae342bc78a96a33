package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.regex.Pattern;

/**
 * A file of a controller and what is written into it, for what has no type of its own. Immutable.
 *
 * @param file the file's name, for example {@code memory.zswap.max}; it begins with the controller's name
 * @param value one line
 */
public record RawFile(String file, String value) implements Limit {

    private static final Pattern NAME = Pattern.compile("[a-z_]{1,20}\\.[A-Za-z0-9_.]{1,60}");

    /**
     * Checks the name and the value.
     *
     * @throws IllegalArgumentException if that is not the name of a controller's file, or the value is not one line of
     *     text
     */
    public RawFile {
        checkArgument(NAME.matcher(file).matches(), "not a file of a controller such as memory.max: \"%s\"", file);
        checkArgument(
                Controller.named(prefix(file)).isPresent(),
                "\"%s\" is no file of a controller; files that begin with cgroup. are Carrel's own business",
                file);
        checkArgument(
                !value.isEmpty() && value.chars().noneMatch(c -> c < ' '),
                "the value of %s must be one line of text, was \"%s\"",
                file,
                value);
    }

    private static String prefix(String file) {
        return file.substring(0, file.indexOf('.'));
    }

    @Override
    public Controller controller() {
        return Controller.named(prefix(file)).orElseThrow();
    }

    @Override
    public String toString() {
        return file + "=" + value;
    }
}
