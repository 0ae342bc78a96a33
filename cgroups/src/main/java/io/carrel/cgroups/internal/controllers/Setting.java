package io.carrel.cgroups.internal.controllers;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.limits.Controller;
import java.util.List;

/**
 * A limit as it is written into a file of a group. Immutable.
 *
 * @param controller whose file it is
 * @param files the file's names: the first one that there is serves
 * @param key what is set in a file that holds several, for example a device; empty in a file with one value
 * @param value the value
 * @param unset the value that takes the limit away again where the key has no line
 * @param initial what a new group has in this file; empty if that is not known
 */
record Setting(Controller controller, List<String> files, String key, String value, String unset, String initial) {

    Setting {
        files = ImmutableList.copyOf(files);
    }

    /** What several files may hold, of which the kernel has one. */
    Setting(Controller controller, List<String> files, String key, String value, String unset) {
        this(controller, files, key, value, unset, "");
    }

    /** A file with one value. */
    static Setting of(Controller controller, String file, String value) {
        return new Setting(controller, List.of(file), "", value, "");
    }

    /** One line of a file with several. */
    static Setting of(Controller controller, String file, String key, String value, String unset) {
        return new Setting(controller, List.of(file), key, value, unset);
    }

    /** The same where it is known what a new group has. */
    Setting initially(String text) {
        return new Setting(controller, files, key, value, unset, text);
    }

    /** Whether a new group has it without anybody's doing. */
    boolean isInitial() {
        return !initial.isEmpty() && initial.equals(text());
    }

    /** The text that is written. */
    String text() {
        return key.isEmpty() ? value : key + " " + value;
    }

    @Override
    public String toString() {
        return String.join(" or ", files) + " = " + text();
    }
}
