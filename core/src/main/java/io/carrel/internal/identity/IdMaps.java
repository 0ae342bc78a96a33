package io.carrel.internal.identity;

import com.google.common.collect.ImmutableSet;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import io.carrel.namespaces.User;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;

/**
 * Which ids a container has, and which of its command's are among them. Immutable.
 *
 * @param users user ids, inside to outside
 * @param groups group ids, inside to outside
 */
public record IdMaps(IdMap users, IdMap groups) {

    /**
     * The user, root if none is asked for. Groups that files list him in and that the container does not have are left
     * out.
     */
    public User known(UserSpec who) {
        User user = who.orElse(User.ROOT);
        return new User(
                user.uid(),
                user.gid(),
                user.groups().stream()
                        .filter(group -> who.groupIds().contains(group)
                                || groups.toOutside(group).isPresent())
                        .collect(ImmutableSet.toImmutableSet()));
    }

    /** What to add to a step that the kernel will refuse for this user; empty if it has all ids. */
    public String remark(User user) {
        boolean known = users.toOutside(user.uid()).isPresent()
                && groups.toOutside(user.gid()).isPresent()
                && user.groups().stream()
                        .allMatch(group -> groups.toOutside(group).isPresent());
        return known
                ? ""
                : " (the container has the user ids %s and the group ids %s)"
                        .formatted(describe(users), describe(groups));
    }

    /** Such as {@code 0..65535, 70000}. */
    static String describe(IdMap map) {
        List<IdMapping> sorted = map.mappings().stream()
                .sorted(Comparator.comparingLong(IdMapping::insideId))
                .toList();
        StringJoiner ranges = new StringJoiner(", ");
        for (int i = 0; i < sorted.size(); i++) {
            long first = sorted.get(i).insideId();
            long end = first + sorted.get(i).count();
            while (i + 1 < sorted.size() && sorted.get(i + 1).insideId() == end) {
                i++;
                end += sorted.get(i).count();
            }
            ranges.add(end - first == 1 ? Long.toString(first) : first + ".." + (end - 1));
        }
        return ranges.toString();
    }
}
