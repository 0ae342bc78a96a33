package io.carrel;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSet;
import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.limits.Limits;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.internal.definition.Composition;
import io.carrel.internal.identity.IdMaps;
import io.carrel.internal.identity.WantedIds;
import io.carrel.internal.spec.CgroupParent;
import io.carrel.internal.spec.HostEnvironment;
import io.carrel.internal.spec.JoinedNamespace;
import io.carrel.linux.Capability;
import io.carrel.linux.RLimit;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Sysctl;
import io.carrel.namespaces.User;
import io.carrel.netns.PortMapping;
import io.carrel.outcome.ExitStatus;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Composes a {@link Container}. A setter checks what it is given and may be called once. The methods about mounts and
 * namespaces, {@link #sysctl}, {@link #environment(String, String)} and {@link #rlimit} add one thing with each call.
 * The builder can be used again after {@link #build()}. Not thread-safe.
 */
public final class ContainerBuilder implements Mounting {

    private Composition parts;

    ContainerBuilder(Composition parts) {
        this.parts = parts;
    }

    private ContainerBuilder with(Composition changed) {
        parts = changed;
        return this;
    }

    /**
     * The program and its arguments. A name without a slash is looked for in the directories of the container's
     * {@code PATH}. Required, but for an image that names a command. Where an image has an entrypoint, these are its
     * arguments.
     */
    public ContainerBuilder command(String... words) {
        return command(List.of(words));
    }

    /** The same as {@link #command(String...)}. */
    public ContainerBuilder command(List<String> words) {
        return with(parts.once("command").command(own -> own.withWords(words)));
    }

    /** What comes before the command, instead of the image's entrypoint and command; may be empty. */
    public ContainerBuilder entrypoint(String... words) {
        return with(parts.once("entrypoint").command(own -> own.withEntrypoint(List.of(words))));
    }

    /** Adds or changes a variable of the command's environment. */
    public ContainerBuilder environment(String name, String value) {
        return with(parts.command(own -> own.withVariable(name, value)));
    }

    /**
     * Gives the command variables of this JVM's environment with the values that they had at its start, byte for byte:
     * also what is not text in the JVM's encoding, which {@link System#getenv(String)} has lost. One that is not set
     * there stays as it is here.
     */
    public ContainerBuilder inheritEnvironment(String... names) {
        return environment(HostEnvironment.variables(List.of(names)));
    }

    /** Adds or changes variables of the command's environment. */
    public ContainerBuilder environment(Map<String, String> variables) {
        variables.forEach(this::environment);
        return this;
    }

    /**
     * Where the command starts; by default where its image says, else in {@code /}; for an unconfined container, this
     * JVM's working directory.
     */
    public ContainerBuilder workingDirectory(String inside) {
        return with(parts.once("workingDirectory").command(own -> own.in(ContainerPath.of(inside))));
    }

    /** The host name inside, {@code carrel} by default; at most 64 characters. */
    public ContainerBuilder hostname(String name) {
        return with(parts.once("hostname").identity(own -> own.named(Optional.of(name))));
    }

    /**
     * Who the command runs as, in the container's ids. The ids of a JVM that runs as an ordinary user hold one user and
     * one group, which is known inside by whatever numbers are given here: its own by default, and in an
     * {@link io.carrel.fs.Overlay} root's. There another user than root comes with all ids that
     * {@link #subordinateIds()} gives, where some are granted. A JVM that runs as root has 65536 of each inside, on
     * layers some millions more, and the default is root.
     */
    public ContainerBuilder user(User ids) {
        return with(parts.once("user").identity(own -> own.with(own.who().with(requireNonNull(ids, "user")))));
    }

    /**
     * The same as {@code docker run --user}: {@code USER} or {@code USER:GROUP}, each a name or a number; digits are a
     * number, whatever the names are. Names are those of the {@code /etc/passwd} and {@code /etc/group} that the root
     * file system has when the container is planned, also by links inside of it, whatever is mounted on them. Without a
     * user it is root. A user without a group has that of {@code /etc/passwd}, and group 0 where it is not listed. It
     * is also in the groups that {@code /etc/group} lists it in, but for those that the container has no ids for; so is
     * the user of an image.
     *
     * @throws IllegalArgumentException if the text is empty, or has nothing but a colon. A name that is not known is
     *     refused when the container is planned or started, by the same exception.
     */
    public ContainerBuilder userNamed(String text) {
        return with(parts.once("user").identity(own -> own.with(own.who().with(text))));
    }

    /**
     * Adds groups, each a name or a number, to those that the command's user is in, as {@code docker run --group-add}.
     * The container needs ids for them: that of an ordinary user has one group, unless it is given
     * {@link #subordinateIds()}, which an {@link io.carrel.fs.Overlay} with further groups has anyway, where some are
     * granted.
     */
    public ContainerBuilder addGroups(String... namesOrNumbers) {
        return with(parts.identity(own -> own.with(own.who().withGroups(List.of(namesOrNumbers)))));
    }

    /**
     * The container's ids, instead of the usual ones. For an ordinary user, {@code newuidmap} and {@code newgidmap}
     * write them, so each must be the user's own or one that {@code /etc/subuid} and {@code /etc/subgid} grant. The
     * container has an id 0, which sets it up.
     */
    public ContainerBuilder idMaps(IdMap users, IdMap groups) {
        return with(parts.once("idMaps").identity(own -> own.with(new WantedIds.Given(new IdMaps(users, groups)))));
    }

    /**
     * Gives the container of an ordinary user as many ids as {@code /etc/subuid} and {@code /etc/subgid} grant: its
     * root is the user, and the others follow from 1 on, in the order of the files' lines, of up to 99 ranges. In an
     * {@link io.carrel.fs.Overlay} with a {@link #user} besides root it has them anyway, where they are granted. Costs
     * some milliseconds, as {@code newuidmap} and {@code newgidmap} map them. A JVM that runs as root gives its
     * containers 65536 of each in any case.
     */
    public ContainerBuilder subordinateIds() {
        return with(parts.once("idMaps").identity(own -> own.with(new WantedIds.Granted())));
    }

    /** The root file system, {@link RootFs#hostSystem()} by default. */
    public ContainerBuilder root(RootFs rootFs) {
        return with(parts.once("root").files(own -> own.withRoot(requireNonNull(rootFs, "root"))));
    }

    @Override
    public ContainerBuilder mount(Mount mount) {
        return with(parts.files(own -> own.with(requireNonNull(mount, "mount"))));
    }

    /**
     * Changes a setting of the kernel's for the container alone, such as {@code net.ipv4.ip_forward}.
     *
     * @throws IllegalArgumentException if the setting belongs to the whole host
     */
    public ContainerBuilder sysctl(String name, String value) {
        return with(parts.files(own -> own.with(new Sysctl(name, value))));
    }

    /**
     * Whether files of {@code /proc} and {@code /sys} that tell of the host are hidden, and the kernel's settings made
     * read-only, as the OCI's runtimes do. The kernel lets nobody write to them, and read few, who is not the host's
     * root. So by default they are hidden where the host's root may be a user inside: without a user namespace of the
     * container's own, in one that it joins, and where {@link #idMaps} map the host's user 0; and, as a second line, in
     * an {@link io.carrel.fs.Overlay}. Not hidden there, the host is at the command's mercy: it may name a program that
     * the host's kernel executes. An unconfined container has them as they are, but for an overlay.
     */
    public ContainerBuilder hideKernelFiles(boolean hide) {
        return with(parts.once("hideKernelFiles").files(own -> own.withHidden(hide)));
    }

    /**
     * Where standard input comes from: a pipe from this JVM by default. A file is opened by this JVM and keeps its
     * owner: a command that is another user outside, as that of a root JVM, can read it, but not open it again as
     * {@code /dev/stdin} if its mode does not let all users do so. A pipe it can.
     */
    public ContainerBuilder redirectInput(Redirect source) {
        return with(parts.once("redirectInput").streams(own -> own.withInput(source)));
    }

    /**
     * Where standard output goes: to a pipe to this JVM by default. A file is opened by this JVM and keeps its owner: a
     * command that is another user outside, as that of a root JVM, can write to it, but not open it again as
     * {@code /dev/stdout} if its mode does not let all users do so, as some images do at their start. A pipe it can,
     * from which this JVM may write the file.
     */
    public ContainerBuilder redirectOutput(Redirect destination) {
        return with(parts.once("redirectOutput").streams(own -> own.withOutput(destination)));
    }

    /** Where standard error goes: to a pipe to this JVM by default. */
    public ContainerBuilder redirectError(Redirect destination) {
        return with(parts.once("redirectError").streams(own -> own.withError(destination)));
    }

    /** Whether standard error goes where standard output goes. */
    public ContainerBuilder redirectErrorStream(boolean merge) {
        return with(parts.once("redirectErrorStream").streams(own -> own.withErrorToOutput(merge)));
    }

    /**
     * Gives the command this JVM's standard streams. One that was closed when the JVM started is {@code /dev/null}, as
     * the JVM has a file of its own in its place; where several were closed, only the first is known for one.
     */
    public ContainerBuilder inheritIO() {
        return redirectInput(Redirect.INHERIT).redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
    }

    /**
     * How long the container may run before all of it is killed; without a limit by default. As long a start waits for
     * the other end of a FIFO that a stream is redirected to.
     */
    public ContainerBuilder timeout(Duration limit) {
        return with(parts.once("timeout").limits(own -> own.with(limit)));
    }

    /**
     * The most bytes that {@link Container#run()} captures of each stream before the container is killed: 16 MiB by
     * default, at most 1 GiB.
     */
    public ContainerBuilder outputLimit(long bytes) {
        return with(parts.once("outputLimit").streams(own -> own.withOutputLimit(bytes)));
    }

    /**
     * What all of the container's processes may use together: memory, CPU time, processes and more. The container gets
     * a cgroup of its own, in which nothing of it runs before the limits are in force. A command that the kernel kills
     * for want of memory ends as {@link ExitStatus.OutOfMemory}.
     *
     * <p>An ordinary user needs a cgroup that was delegated to it; see {@link io.carrel.cgroups.Cgroups}.
     */
    public ContainerBuilder limits(Limits all) {
        return with(parts.once("limits").limits(own -> own.with(requireNonNull(all, "limits"))));
    }

    /**
     * Makes the container's cgroup below one that is there, whose limits then hold for all containers below it
     * together, and which measures, freezes and kills them as one. The container has a cgroup of its own then even
     * without limits of its own. On v2 the parent must have no processes of its own.
     *
     * @param parent where; a start fails if it is not there any more
     */
    public ContainerBuilder cgroupParent(Cgroup parent) {
        return with(parts.once("cgroupParent").limits(own -> own.below(new CgroupParent.Given(parent))));
    }

    /**
     * Lets the command's user divide the container's cgroup: it is mounted writable on {@code /sys/fs/cgroup}, and he
     * can make groups in it, with limits of their own, and move the container's processes there. Its own limits stay
     * out of reach. Without this the container sees its group, too, but cannot write to it.
     *
     * <p>As root it works everywhere. An ordinary user needs pure cgroup v2, mounted with {@code nsdelegate}.
     */
    public ContainerBuilder delegateCgroup() {
        return with(parts.once("delegateCgroup").limits(own -> own.withDelegation()));
    }

    /** Adds a limit of each of the container's processes. */
    public ContainerBuilder rlimit(RLimit limit) {
        return with(parts.limits(own -> own.with(limit)));
    }

    /**
     * The capabilities that the command has, in the container's own user namespace, whoever its user is; none by
     * default.
     *
     * <p>An {@link RootFs#image image} is made for what docker gives it. Its root has {@link Capability#ofImages()} by
     * default, over the container's own ids alone; another user has none, as there. That is so only where the container
     * has a user namespace of its own in which nobody is the host's root; elsewhere it is asked for by this method.
     * {@code capabilities()} takes all of them away.
     */
    public ContainerBuilder capabilities(Capability... kept) {
        return with(parts.once("capabilities").privileges(own -> own.with(Set.of(kept))));
    }

    /** Adds capabilities, which the command has whoever its user is, to those that it has by default or is given. */
    public ContainerBuilder addCapabilities(Capability... more) {
        return with(parts.privileges(own -> own.adding(ImmutableSet.copyOf(more))));
    }

    /** Takes capabilities from those that the command has by default or is given, but for those that are added. */
    public ContainerBuilder dropCapabilities(Capability... some) {
        return with(parts.privileges(own -> own.dropping(ImmutableSet.copyOf(some))));
    }

    /**
     * Whether set-user-ID programs and file capabilities have no effect; true by default, for images, too, where root
     * needs neither for {@code su}, and {@code ping} does without. False lets those of an image work if the container
     * has a user namespace of its own in which nobody is the host's root, so that {@code sudo} works for an image's
     * ordinary user: who becomes root by it is root of the container's own ids, with the capabilities that its root
     * has. Programs with file capabilities that are not among those are then refused by the kernel.
     */
    public ContainerBuilder noNewPrivileges(boolean forbid) {
        return with(parts.once("noNewPrivileges").privileges(own -> own.forbiddingNew(forbid)));
    }

    /**
     * Whether the command may make user namespaces in the container's; false by default, and true for an unconfined
     * container. In a user namespace of its own a program has every capability, and with them most of the kernel is
     * within its reach: it mounts, makes networks, and reaches those control groups that belong to the container's user
     * outside, on cgroup v1 and on v2 without {@code nsdelegate} also the JVM's own and those of its limits. Some
     * programs need them, such as the sandboxes of browsers, bubblewrap and other container engines.
     *
     * <p>It is the setting {@code user.max_user_namespaces} of the container's user namespace, which a command with the
     * capability {@link Capability#SYS_RESOURCE} can raise again. Without a user namespace of its own a container has
     * that of the host's.
     */
    public ContainerBuilder nestedUserNamespaces(boolean allow) {
        return with(parts.once("nestedUserNamespaces").privileges(own -> own.nesting(allow)));
    }

    /**
     * Whether an init process of Carrel's is the container's first process, reaps orphans and forwards signals; true by
     * default. Otherwise the command is process 1 itself, with the peculiarities of that: signals that it does not
     * handle have no effect. Without a PID namespace of its own a container has no init.
     */
    public ContainerBuilder init(boolean wanted) {
        return with(parts.once("init").init(wanted));
    }

    /** What the container can reach: {@link Network#none()} by default. */
    public ContainerBuilder network(Network network) {
        return with(parts.once("network").network(network.mode()));
    }

    /**
     * Makes ports of the container's reachable from the host, as {@code docker run -p}. They are taken before anything
     * starts. Over {@link Network#none()}, an egress and {@link Network#userMode} network are relayed to
     * {@code 127.0.0.1} inside, which needs no privileges; who connects is {@code 127.0.0.1} there as well. Where a
     * port of the container's is below 1024 the command may listen there without a capability.
     *
     * @see PortMapping#parse
     * @throws IllegalArgumentException if another one wants the same port of the host's
     */
    public ContainerBuilder publish(PortMapping... ports) {
        List.of(ports).forEach(port -> parts.network(own -> own.with(port)));
        return this;
    }

    /** Writes name servers into the container's {@code /etc/resolv.conf}, in place of the one that its network has. */
    public ContainerBuilder dns(InetAddress... servers) {
        List.of(servers).forEach(server -> parts.network(own -> own.with(server)));
        return this;
    }

    /** Writes a name and its address into the container's {@code /etc/hosts}. */
    public ContainerBuilder addHost(String name, InetAddress address) {
        return with(parts.network(own -> own.with(name, address)));
    }

    /** Gives the container a namespace of its own of this type. */
    public ContainerBuilder isolate(NamespaceType type) {
        return with(parts.namespaces(own -> own.isolate(type)));
    }

    /** Leaves the container in this JVM's namespace of this type. */
    public ContainerBuilder share(NamespaceType type) {
        return with(parts.namespaces(own -> own.share(type)));
    }

    /** Puts the container into an existing namespace, which must stay open until the last start. */
    public ContainerBuilder join(Namespace namespace) {
        return with(parts.namespaces(own -> own.join(new JoinedNamespace(namespace))));
    }

    /**
     * Makes the container.
     *
     * @throws IllegalStateException if there is no command, or the parts do not go together
     */
    public Container build() {
        return new Container(parts.toSpec());
    }
}
