package io.carrel.internal.identity;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.carrel.namespaces.User;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who a command is to run as. Immutable.
 *
 * @param user by its ids; empty for the usual one, or where a name is to be looked up
 * @param name {@code USER} or {@code USER:GROUP}, each a name or a number, which the container's own files explain;
 *     empty where there are ids
 * @param groups further groups that are asked for, each a name or a number
 * @param groupIds their ids, when they are looked up
 */
public record UserSpec(Optional<User> user, String name, List<String> groups, Set<Long> groupIds) {

    /** The kernel's {@code NGROUPS_MAX}. */
    private static final int MOST_GROUPS = 65_536;

    /** The usual one. */
    public static final UserSpec USUAL = new UserSpec(Optional.empty(), "", List.of(), Set.of());

    /** Copies the groups. */
    public UserSpec {
        groups = ImmutableList.copyOf(groups);
        checkArgument(
                groups.size() <= MOST_GROUPS, "a command is in at most %s groups, not %s", MOST_GROUPS, groups.size());
        groupIds = ImmutableSet.copyOf(groupIds);
    }

    /** The same with these ids. */
    public UserSpec with(User ids) {
        return new UserSpec(Optional.of(ids), "", groups, groupIds);
    }

    /** The same with this name. */
    public UserSpec with(String text) {
        checkArgument(
                text.matches("(?!:?$)[^:\\s]*(:[^:\\s]*)?"), "a user is given as USER or USER:GROUP, was \"%s\"", text);
        return new UserSpec(Optional.empty(), text, groups, groupIds);
    }

    /** The same with more groups. */
    public UserSpec withGroups(List<String> more) {
        more.forEach(
                group -> checkArgument(group.matches("[^:\\s]+"), "a group is a name or a number, was \"%s\"", group));
        return new UserSpec(
                user,
                name,
                ImmutableList.<String>builder().addAll(groups).addAll(more).build(),
                groupIds);
    }

    /** Whether files have to explain a name, or say what else belongs to a number. */
    public boolean needsFiles() {
        return !name.isEmpty() || !groups.isEmpty();
    }

    /** The same by ids, as these files explain it. */
    public UserSpec lookedUp(ImageUsers files) {
        Optional<User> found = name.isEmpty() ? user : Optional.of(files.find(name));
        return new UserSpec(
                found, "", List.of(), groups.stream().map(files::group).collect(ImmutableSet.toImmutableSet()));
    }

    /** The user, or the usual one, in all groups. */
    public User orElse(User usual) {
        User ids = user.orElse(usual);
        return new User(ids.uid(), ids.gid(), Sets.union(ids.groups(), groupIds));
    }
}
