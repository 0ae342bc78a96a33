package io.carrel.cgroups.internal.tree;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.cgroups.limits.Controller;
import java.util.regex.Pattern;

/** What groups may be called. */
public final class GroupName {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,199}");

    private GroupName() {}

    /**
     * Checks that it is a name, and none that a file of the kernel's could have in a group's directory.
     *
     * @throws IllegalArgumentException if it is not
     */
    public static void check(String name) {
        checkArgument(
                ALLOWED.matcher(name).matches(),
                "not a name for a cgroup: \"%s\"; use letters, digits and _.:@+-",
                name);
        int dot = name.indexOf('.');
        String prefix = dot < 0 ? name : name.substring(0, dot);
        checkArgument(
                dot < 0 && !name.equals("tasks")
                        || dot >= 0
                                && !prefix.equals("cgroup")
                                && Controller.named(prefix).isEmpty(),
                "\"%s\" could be the name of one of the kernel's files; use another for the cgroup",
                name);
    }
}
