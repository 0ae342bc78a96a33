package io.carrel.internal.cgroup;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.definition.Identity;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.namespaces.User;

/**
 * Whom a container's cgroup is given to: the command's user, by his ids on the host. Immutable.
 *
 * @param uid his user id
 * @param gid his group id
 * @param isOther whether he is another than this JVM's user, so that files have to change their owner
 */
public record CgroupOwner(long uid, long gid, boolean isOther) {

    /**
     * Finds him.
     *
     * @throws UnsupportedFeatureException if he could raise the group's own limits, or his ids are not known on the
     *     host
     * @throws NotPermittedException if he is another user, and this JVM is not root
     */
    public static CgroupOwner of(ContainerSpec spec, HostIdentity host) {
        Identity identity = Identity.of(spec, host);
        User user = identity.user();
        boolean isHosts = identity.kind() == Identity.Kind.HOSTS;
        long uid = isHosts ? user.uid() : identity.users().toOutside(user.uid()).orElse(-1);
        long gid =
                isHosts ? user.gid() : identity.groups().toOutside(user.gid()).orElse(-1);
        if (uid < 0 || gid < 0) {
            throw refused("the ids of user " + user + " of the container are not known on the host.");
        }
        boolean isOther = uid != host.uid();
        if (isOther && !host.isPrivileged()) {
            throw new NotPermittedException(
                    "give a container's cgroup to another user",
                    "root of the host, and user %s of the container is %d here".formatted(user, uid),
                    "Run the container with the JVM's own id, which is the default.");
        }
        if (!isOther && !Cgroups.detect().keepsLimitsByNamespace()) {
            throw refused("the group's files belong to this JVM's user already, who could raise its limits. The kernel"
                    + " prevents that on pure cgroup v2, mounted with nsdelegate.");
        }
        return new CgroupOwner(uid, gid, isOther);
    }

    private static UnsupportedFeatureException refused(String reason) {
        return new UnsupportedFeatureException("delegation of a container's cgroup", reason);
    }

    /** Gives the group away. */
    void give(Cgroup group) {
        if (isOther) {
            group.delegate(uid, gid);
        }
    }
}
