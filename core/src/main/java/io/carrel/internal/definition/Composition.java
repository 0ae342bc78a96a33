package io.carrel.internal.definition;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.Sets;
import io.carrel.fs.ImageRoot;
import io.carrel.fs.RootFs;
import io.carrel.internal.network.NetworkMode;
import io.carrel.internal.network.NetworkSpec;
import io.carrel.internal.spec.CommandSpec;
import io.carrel.internal.spec.FilesSpec;
import io.carrel.internal.spec.HostEnvironment;
import io.carrel.internal.spec.IdentitySpec;
import io.carrel.internal.spec.IsolationSpec;
import io.carrel.internal.spec.LimitsSpec;
import io.carrel.internal.spec.NamespacesSpec;
import io.carrel.internal.spec.PrivilegesSpec;
import io.carrel.internal.spec.StreamsSpec;
import io.carrel.linux.launch.Execution;
import io.carrel.namespaces.NamespaceType;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What a definition is being composed of: its parts, which of them were given, and whether they go together. Each part
 * checks itself when it is changed. Not thread-safe.
 */
public final class Composition {

    private final Set<String> given = new HashSet<>();
    /** In the definition that this one goes on from; each may be given once more. */
    private Set<String> givenBefore = Set.of();

    private CommandSpec command = CommandSpec.NONE;
    private IdentitySpec identity = IdentitySpec.USUAL;
    private FilesSpec files = new FilesSpec(RootFs.host(), false);
    private NetworkSpec network = NetworkSpec.NONE;
    private LimitsSpec limits = LimitsSpec.NONE;
    private NamespacesSpec namespaces = NamespacesSpec.SHARED;
    private PrivilegesSpec privileges = PrivilegesSpec.ALL;
    private boolean init;
    private StreamsSpec streams = StreamsSpec.USUAL;

    private Composition() {}

    /** Begins with all that keeps a command in. */
    public static Composition confined() {
        Composition parts = new Composition();
        parts.namespaces = NamespacesSpec.NEW;
        parts.files = new FilesSpec(RootFs.hostSystem(), true);
        parts.command = CommandSpec.NONE.withVariable("PATH", Execution.SANE_PATH);
        parts.identity = IdentitySpec.USUAL.named(Optional.of("carrel"));
        parts.privileges = PrivilegesSpec.NONE;
        parts.init = true;
        return parts;
    }

    /** Begins with nothing that keeps a command in. */
    public static Composition unconfined() {
        Composition parts = new Composition();
        parts.command =
                CommandSpec.NONE.withEnvironment(HostEnvironment.variables()).in(HostEnvironment.directory());
        return parts;
    }

    /** Returns the same parts, as the beginning of another definition. */
    public Composition copy() {
        Composition parts = new Composition();
        parts.givenBefore = Set.copyOf(Sets.union(given, givenBefore));
        parts.command = command;
        parts.identity = identity;
        parts.files = files;
        parts.network = network;
        parts.limits = limits;
        parts.namespaces = namespaces;
        parts.privileges = privileges;
        parts.init = init;
        parts.streams = streams;
        return parts;
    }

    /**
     * Notes that something is given which can be given once.
     *
     * @throws IllegalStateException if it was given before
     */
    public Composition once(String setter) {
        checkState(given.add(setter), "%s(...) was called before", setter);
        return this;
    }

    /** Changes what is executed. */
    public Composition command(UnaryOperator<CommandSpec> change) {
        command = change.apply(command);
        return this;
    }

    /** Changes who the container is. */
    public Composition identity(UnaryOperator<IdentitySpec> change) {
        identity = change.apply(identity);
        return this;
    }

    /** Changes its files. */
    public Composition files(UnaryOperator<FilesSpec> change) {
        files = change.apply(files);
        return this;
    }

    /** Changes what leads into its network, and what its files say of names. */
    public Composition network(UnaryOperator<NetworkSpec> change) {
        network = change.apply(network);
        return this;
    }

    /** Has a network in this way, and the namespaces that this takes. */
    public Composition network(NetworkMode mode) {
        network = network.with(mode);
        namespaces = mode.in(namespaces);
        return this;
    }

    /** Changes how much it may use. */
    public Composition limits(UnaryOperator<LimitsSpec> change) {
        limits = change.apply(limits);
        return this;
    }

    /** Changes the namespaces that it is in. */
    public Composition namespaces(UnaryOperator<NamespacesSpec> change) {
        namespaces = change.apply(namespaces);
        return this;
    }

    /** Changes what its command may do. */
    public Composition privileges(UnaryOperator<PrivilegesSpec> change) {
        privileges = change.apply(privileges);
        return this;
    }

    /** Has an init, or not. */
    public Composition init(boolean wanted) {
        init = wanted;
        return this;
    }

    /** Changes where its standard streams lead. */
    public Composition streams(UnaryOperator<StreamsSpec> change) {
        streams = change.apply(streams);
        return this;
    }

    /**
     * Makes the definition.
     *
     * @throws IllegalStateException if there is no command, or the parts do not go together
     */
    public ContainerSpec toSpec() {
        check();
        boolean confinedImage = isImage()
                && namespaces.creates(NamespaceType.USER)
                && !identity.ids().mapsHostsRoot();
        return new ContainerSpec(
                command.withEnvironment(network.withVariables(command.environment())),
                identity.in(namespaces),
                privileges.in(namespaces, network.withLowPorts(files.in(namespaces))),
                network,
                limits,
                new IsolationSpec(namespaces, privileges.rights(confinedImage), init),
                streams);
    }

    private void check() {
        privileges.check();
        command.check(isImage(), init && namespaces.creates(NamespaceType.PID));
        files.check(namespaces, isGiven("root"));
        identity.check(namespaces, isGiven("hostname"));
        network.check(namespaces, privileges.asked());
        limits.check(namespaces);
        streams.check();
        checkState(
                streams.terminal().isEmpty() || files.hasOwnTerminals(namespaces),
                "a terminal(...) is made where the container has terminals of its own on /dev/pts: in a mount namespace of its own, with"
                        + " another root than the host's, or a mount of devices on /dev, or of terminals on /dev/pts");
    }

    private boolean isGiven(String setter) {
        return given.contains(setter) || givenBefore.contains(setter);
    }

    private boolean isImage() {
        return files.root() instanceof ImageRoot;
    }
}
