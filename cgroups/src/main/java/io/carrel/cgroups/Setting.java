package io.carrel.cgroups;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * A limit as it is written into a file of a group. Immutable.
 *
 * @param controller whose file it is
 * @param files the file's names: the first one that there is serves
 * @param key what is set in a file that holds several, for example a device; empty in a file with one value
 * @param value the value
 * @param unset the value that takes the limit away again where the key has no line
 */
public record Setting(Controller controller, List<String> files, String key, String value, String unset) {

    public Setting {
        files = ImmutableList.copyOf(files);
    }

    /** A file with one value. */
    static Setting of(Controller controller, String file, String value) {
        return new Setting(controller, List.of(file), "", value, "");
    }

    /** One line of a file with several. */
    static Setting of(Controller controller, String file, String key, String value, String unset) {
        return new Setting(controller, List.of(file), key, value, unset);
    }

    /** The text that is written. */
    public String text() {
        return key.isEmpty() ? value : key + " " + value;
    }

    @Override
    public String toString() {
        return String.join(" or ", files) + " = " + text();
    }
}
