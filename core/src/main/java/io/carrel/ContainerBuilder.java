package io.carrel;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSet;
import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.limits.Limits;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.internal.definition.Composition;
import io.carrel.internal.identity.IdMaps;
import io.carrel.internal.identity.WantedIds;
import io.carrel.internal.spec.CgroupParent;
import io.carrel.internal.spec.JoinedNamespace;
import io.carrel.internal.spec.LimitsSpec;
import io.carrel.linux.Capability;
import io.carrel.linux.RLimit;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Sysctl;
import io.carrel.namespaces.User;
import io.carrel.netns.PortMapping;
import io.carrel.outcome.ExitStatus;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Composes a {@link Container}. A setter may be called once; a second call throws an {@link IllegalStateException}, an
 * argument out of its range an {@link IllegalArgumentException}. The methods about mounts and namespaces,
 * {@link #sysctl}, {@link #environment(String, String)}, {@link #rlimit} and those that are called {@code add} or
 * {@code publish} add something with each call. The builder can be used again after {@link #build()}. Not thread-safe.
 *
 * <p>Whether the host can do what is asked for is found out by {@link Container#plan()} and {@link Container#start()},
 * which say what is missing. Any user may have all of it, except where a method says otherwise.
 */
public final class ContainerBuilder extends CommandBuilder implements Mounting {

    ContainerBuilder(Composition parts) {
        super(parts);
    }

    @Override
    ContainerBuilder with(Composition changed) {
        parts = changed;
        return this;
    }

    /**
     * Sets the host name inside.
     *
     * @param name at most 64 characters; by default {@code carrel}
     */
    public ContainerBuilder hostname(String name) {
        return with(parts.once("hostname").identity(own -> own.named(Optional.of(name))));
    }

    /**
     * Sets the user and group that the command runs as, in the container's ids. If the JVM runs as an ordinary user,
     * the container has one user and one group, which are known inside by whatever numbers are given here: by default
     * the user's own, and in an {@link io.carrel.fs.Overlay} root's. There, another user than root comes with all ids
     * that {@link #subordinateIds()} gives, if some are granted. If the JVM runs as root, the container has 65536 of
     * each, on layers some millions more, and the default is root. See user_namespaces(7).
     */
    public ContainerBuilder user(User ids) {
        return with(parts.once("user").identity(own -> own.with(own.who().with(requireNonNull(ids, "user")))));
    }

    /**
     * Sets the user as {@code docker run --user} does: {@code USER} or {@code USER:GROUP}, each a name or a number;
     * digits are a number, whatever the names are. Names are looked up in the {@code /etc/passwd} and
     * {@code /etc/group} that the root file system has when the container is planned, through links inside it as well,
     * whatever is mounted on them. Without a user it is root. A user without a group has the group of
     * {@code /etc/passwd}, and group 0 if it is not listed there. The user is also in the groups that
     * {@code /etc/group} lists, except for those that the container has no ids for; so is the user of an image.
     *
     * @throws IllegalArgumentException if the text is empty or only a colon. An unknown name is refused by the same
     *     exception when the container is planned or started.
     */
    public ContainerBuilder userNamed(String text) {
        return with(parts.once("user").identity(own -> own.with(own.who().with(text))));
    }

    /**
     * Adds groups, each a name or a number, to those that the command's user is in, as {@code docker run --group-add}
     * does. The container needs ids for them: that of an ordinary user has one group, unless it is given
     * {@link #subordinateIds()}. An {@link io.carrel.fs.Overlay} with further groups has those anyway, if some are
     * granted.
     */
    public ContainerBuilder addGroups(String... namesOrNumbers) {
        return with(parts.identity(own -> own.with(own.who().withGroups(List.of(namesOrNumbers)))));
    }

    /**
     * Sets the container's ids instead of the default ones. For an ordinary user, the programs {@code newuidmap} and
     * {@code newgidmap} write them, so each must be the user's own or one that {@code /etc/subuid} and
     * {@code /etc/subgid} grant. There must be an id 0, which sets the container up. See user_namespaces(7) and
     * newuidmap(1).
     */
    public ContainerBuilder idMaps(IdMap users, IdMap groups) {
        return with(parts.once("idMaps").identity(own -> own.with(new WantedIds.Given(new IdMaps(users, groups)))));
    }

    /**
     * Gives the container of an ordinary user as many ids as {@code /etc/subuid} and {@code /etc/subgid} grant: its
     * root is the user, and the others follow from 1 on, in the order of the files' lines, up to 99 ranges. In an
     * {@link io.carrel.fs.Overlay} with a {@link #user} besides root it has them anyway, if they are granted. This
     * costs some milliseconds, as {@code newuidmap} and {@code newgidmap} map them. A JVM that runs as root gives its
     * containers 65536 of each in any case. See subuid(5).
     */
    public ContainerBuilder subordinateIds() {
        return with(parts.once("idMaps").identity(own -> own.with(new WantedIds.Granted())));
    }

    /** Sets the root file system; by default {@link RootFs#hostSystem()}. */
    public ContainerBuilder root(RootFs rootFs) {
        return with(parts.once("root").files(own -> own.withRoot(requireNonNull(rootFs, "root"))));
    }

    /** Mounts something. Later mounts cover earlier ones; what is hidden or made read-only comes last of all. */
    @Override
    public ContainerBuilder mount(Mount mount) {
        return with(parts.files(own -> own.with(requireNonNull(mount, "mount"))));
    }

    /**
     * Changes a setting of the kernel for the container alone, such as {@code net.ipv4.ip_forward}. See {@link Sysctl}
     * for the kernels that can.
     *
     * @throws IllegalArgumentException if the setting belongs to the whole host
     */
    public ContainerBuilder sysctl(String name, String value) {
        return with(parts.files(own -> own.with(new Sysctl(name, value))));
    }

    /**
     * Sets whether files of {@code /proc} and {@code /sys} that tell of the host are hidden, and the kernel's settings
     * made read-only, as OCI runtimes do it. The kernel lets nobody write them, and read few of them, who is not root
     * of the host. Therefore, by default, they are hidden where root of the host may be a user inside: without a user
     * namespace of the container's own, in one that it joins, and where {@link #idMaps} map user 0 of the host; and, as
     * a second line, in an {@link io.carrel.fs.Overlay}. If they are not hidden there, the host is at the command's
     * mercy: it may name a program that the host's kernel executes. An unconfined container has them as they are,
     * unless it has an overlay.
     */
    public ContainerBuilder hideKernelFiles(boolean hide) {
        return with(parts.once("hideKernelFiles").files(own -> own.withHidden(hide)));
    }

    /**
     * Limits how long the container may run before all of it is killed; by default there is no limit. A start waits as
     * long for the other end of a FIFO that a stream is redirected to.
     *
     * @param limit more than zero
     */
    public ContainerBuilder timeout(Duration limit) {
        return with(parts.once("timeout").limits(own -> own.with(limit)));
    }

    /**
     * Limits how much CPU time all of the container's processes may use together, in user mode and in the kernel,
     * before all of it is killed; by default there is no limit. What has used more ends as {@link
     * ExitStatus.CpuTimeExceeded}, also if it ended by itself before this was seen. Time for which it waits or sleeps
     * does not count: {@link #timeout} limits that.
     *
     * <p>The time is what {@link ContainerResult#cpuTime()} says. It is looked at when it can be used up at the
     * earliest, and at most each 10 ms, so a container may use that much more on each of its processors. Processes that
     * are not waited for, as their parents ignore {@code SIGCHLD}, are counted only where the container has a cgroup,
     * as {@link #limits} gives it one: a command that one does not trust needs that.
     *
     * @param limit more than zero. Without a cgroup the container needs a PID namespace of its own.
     */
    public ContainerBuilder cpuTimeLimit(Duration limit) {
        return with(parts.once("cpuTimeLimit").limits(own -> own.withCpuTime(limit)));
    }

    /**
     * Limits how many bytes of each stream {@link Container#run()} captures before the container is killed.
     *
     * @param bytes at most 1 GiB; by default 16 MiB
     */
    public ContainerBuilder outputLimit(long bytes) {
        return with(parts.once("outputLimit").streams(own -> own.withOutputLimit(bytes)));
    }

    /**
     * Limits what all of the container's processes may use together: memory, CPU time, processes and more. The
     * container gets a cgroup of its own, in which nothing of it runs before the limits are in force. A command that
     * the kernel kills because memory ran out ends as {@link ExitStatus.OutOfMemory}.
     *
     * <p>An ordinary user needs a cgroup that was delegated to them; see {@link io.carrel.cgroups.Cgroups} and
     * cgroups(7).
     */
    public ContainerBuilder limits(Limits all) {
        return with(parts.once("limits").limits(own -> own.with(requireNonNull(all, "limits"))));
    }

    /**
     * Makes the container's cgroup below an existing one, whose limits then hold for all containers below it together,
     * and which measures, freezes and kills them as one. The container then has a cgroup of its own even without limits
     * of its own. On v2 the parent must have no processes of its own.
     *
     * @param parent the group above; a start fails if it has been removed
     */
    public ContainerBuilder cgroupParent(Cgroup parent) {
        return with(parts.once("cgroupParent").limits(own -> own.below(new CgroupParent.Given(parent))));
    }

    /**
     * Gives the container a cgroup of its own even without limits, wherever this process may make one, so that it can
     * be paused, measured and limited while it runs. Where it may not, the container has none, and runs all the same.
     *
     * <p>By default only what needs a group has one, as it costs a start a directory in each hierarchy, and their
     * mounts inside: about 80 system calls where there are hierarchies of v1.
     */
    public ContainerBuilder ownCgroup() {
        return with(parts.once("ownCgroup").limits(LimitsSpec::withOwnCgroup));
    }

    /**
     * Lets the command's user divide the container's cgroup: it is mounted writable on {@code /sys/fs/cgroup}, and the
     * user can make groups in it, with limits of their own, and move the container's processes there. The container's
     * own limits stay out of reach. Without this the container sees its group, too, but cannot write to it.
     *
     * <p>Root can have this everywhere. An ordinary user needs pure cgroup v2, mounted with {@code nsdelegate} (Linux
     * 4.13). See cgroup_namespaces(7).
     */
    public ContainerBuilder delegateCgroup() {
        return with(parts.once("delegateCgroup").limits(own -> own.withDelegation()));
    }

    /** Adds a limit that holds for each of the container's processes by itself. See getrlimit(2). */
    public ContainerBuilder rlimit(RLimit limit) {
        return with(parts.limits(own -> own.with(limit)));
    }

    /**
     * Sets the capabilities that the command has, in the container's own user namespace, whoever its user is; by
     * default none. See capabilities(7).
     *
     * <p>An {@link RootFs#image image} is made for what docker gives it. Its root has {@link Capability#ofImages()} by
     * default, over the container's own ids alone; another user has none, as there. That is so only if the container
     * has a user namespace of its own in which nobody is root of the host; elsewhere they are asked for by this method.
     * {@code capabilities()} takes all of them away.
     */
    public ContainerBuilder capabilities(Capability... kept) {
        return with(parts.once("capabilities").privileges(own -> own.with(Set.of(kept))));
    }

    /** Adds capabilities, which the command has whoever its user is, to those that it has by default or is given. */
    public ContainerBuilder addCapabilities(Capability... more) {
        return with(parts.privileges(own -> own.adding(ImmutableSet.copyOf(more))));
    }

    /** Removes capabilities from those that the command has by default or is given, except for those that are added. */
    public ContainerBuilder dropCapabilities(Capability... some) {
        return with(parts.privileges(own -> own.dropping(ImmutableSet.copyOf(some))));
    }

    /**
     * Sets whether set-user-ID programs and file capabilities have no effect; by default they have none. That is so for
     * images, too, where root needs neither for {@code su}, and {@code ping} works without. With {@code false} those of
     * an image work if the container has a user namespace of its own in which nobody is root of the host, so that
     * {@code sudo} works for an image's ordinary user: who becomes root by it is root of the container's own ids, with
     * the capabilities that its root has. The kernel then refuses programs with file capabilities that are not among
     * those. See prctl(2), PR_SET_NO_NEW_PRIVS.
     */
    public ContainerBuilder noNewPrivileges(boolean forbid) {
        return with(parts.once("noNewPrivileges").privileges(own -> own.forbiddingNew(forbid)));
    }

    /**
     * Sets whether the command may make user namespaces in the container's; by default it may not, and may in an
     * unconfined container. In a user namespace of its own a program has every capability, which puts most of the
     * kernel within its reach: it can mount, make networks, and reach those control groups that belong to the
     * container's user outside, which on cgroup v1 and on v2 without {@code nsdelegate} include the JVM's own and those
     * of its limits. Some programs need user namespaces, such as the sandboxes of browsers, bubblewrap and other
     * container engines.
     *
     * <p>This is the setting {@code user.max_user_namespaces} of the container's user namespace, which a command with
     * the capability {@link Capability#SYS_RESOURCE} can raise again. Without a user namespace of its own a container
     * has that of the host. See namespaces(7).
     */
    public ContainerBuilder nestedUserNamespaces(boolean allow) {
        return with(parts.once("nestedUserNamespaces").privileges(own -> own.nesting(allow)));
    }

    /**
     * Sets whether an init process of Carrel's is the container's first process, reaps orphans and forwards signals; by
     * default it is. Otherwise the command is process 1 itself, for which signals that it does not handle have no
     * effect. Without a PID namespace of its own a container has no init. See pid_namespaces(7).
     */
    public ContainerBuilder init(boolean wanted) {
        return with(parts.once("init").init(wanted));
    }

    /** Sets what the container can reach; by default {@link Network#none()}. */
    public ContainerBuilder network(Network network) {
        return with(parts.once("network").network(network.mode()));
    }

    /**
     * Makes ports of the container reachable from the host, as {@code docker run -p} does. They are taken before
     * anything starts. Over {@link Network#none()}, an egress and a {@link Network#userMode} network they are relayed
     * to {@code 127.0.0.1} inside, which needs no privileges; who connects is {@code 127.0.0.1} there as well. The
     * command may listen at a published port below 1024 without a capability.
     *
     * @throws IllegalArgumentException if another mapping wants the same port of the host
     * @see PortMapping#parse
     */
    public ContainerBuilder publish(PortMapping... ports) {
        List.of(ports).forEach(port -> parts.network(own -> own.with(port)));
        return this;
    }

    /**
     * Writes name servers into the container's {@code /etc/resolv.conf}, in place of the one that its network has. See
     * resolv.conf(5).
     */
    public ContainerBuilder dns(InetAddress... servers) {
        List.of(servers).forEach(server -> parts.network(own -> own.with(server)));
        return this;
    }

    /** Writes a name and its address into the container's {@code /etc/hosts}. See hosts(5). */
    public ContainerBuilder addHost(String name, InetAddress address) {
        return with(parts.network(own -> own.with(name, address)));
    }

    /**
     * Gives the container a namespace of its own of this type. Without a user namespace of its own, this takes
     * {@code CAP_SYS_ADMIN}.
     *
     * @throws IllegalArgumentException for time namespaces, which are not supported
     */
    public ContainerBuilder isolate(NamespaceType type) {
        return with(parts.namespaces(own -> own.isolate(type)));
    }

    /** Leaves the container in this JVM's namespace of this type. */
    public ContainerBuilder share(NamespaceType type) {
        return with(parts.namespaces(own -> own.share(type)));
    }

    /** Puts the container into an existing namespace, which must stay open until the last start. See setns(2). */
    public ContainerBuilder join(Namespace namespace) {
        return with(parts.namespaces(own -> own.join(new JoinedNamespace(namespace))));
    }

    /**
     * Builds the container, without touching the kernel.
     *
     * @throws IllegalStateException if there is no command, or the parts do not go together
     */
    public Container build() {
        return new Container(parts.copy());
    }
}
