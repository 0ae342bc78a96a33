package io.carrel.internal.network;

import com.google.common.collect.ImmutableList;
import io.carrel.internal.identity.HostProgram;
import io.carrel.internal.spec.FilesSpec;
import io.carrel.internal.spec.IsolationSpec;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.namespaces.Sysctl;
import io.carrel.netns.PortMapping;
import io.carrel.netns.UserMode;
import io.carrel.netns.usermode.InsideNames;
import io.carrel.netns.usermode.UserModeCommand;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What connects a container's network to the host's in user mode. Immutable.
 *
 * @param programs those that may do it, in order
 * @param command the one that does, and how it is called; empty until that is decided
 */
public record UserNetworkMode(List<UserMode> programs, Optional<UserModeCommand> command) implements NetworkMode {

    /** Copies the list. */
    public UserNetworkMode {
        programs = ImmutableList.copyOf(programs);
    }

    /** Before it is decided which of them it is. */
    public static UserNetworkMode wanted(List<UserMode> programs) {
        return new UserNetworkMode(programs, Optional.empty());
    }

    /** The first of these programs that the host has. */
    public static Optional<UserMode> find(List<UserMode> programs) {
        return programs.stream()
                .filter(kind -> HostProgram.find(kind.program()).isPresent())
                .findFirst();
    }

    /** What to install for one of these programs, as a sentence. */
    public static String remedy(List<UserMode> programs) {
        return "Install " + programs.stream().map(UserMode::distributedIn).collect(Collectors.joining(" or ")) + ".";
    }

    @Override
    public Optional<String> need() {
        return Optional.of("a network in user mode needs");
    }

    @Override
    public HostNetwork onHost(List<PortMapping> ports, NetworkSockets sockets) {
        return new RelayedNetwork(ports, Optional.empty(), command, sockets);
    }

    @Override
    public List<InetAddress> nameServers(List<InetAddress> asked) {
        return asked.isEmpty() ? ImmutableList.of(InsideNames.ADDRESS) : asked;
    }

    /**
     * The same with the program that this host has.
     *
     * @throws UnsupportedFeatureException if it has none, or it must not serve this container
     */
    @Override
    public NetworkMode decide(IsolationSpec isolation, FilesSpec files, BooleanSupplier hasRoot) {
        SideProgram.danger(isolation, files).ifPresent(danger -> {
            throw new UnsupportedFeatureException("network in user mode for this container", danger);
        });
        UserMode kind = find(programs)
                .orElseThrow(() -> new UnsupportedFeatureException(
                        "network in user mode",
                        "no directory of PATH has %s. %s".formatted(names(programs), remedy(programs))));
        boolean root = hasRoot.getAsBoolean();
        String path = HostProgram.find(kind.program()).orElseThrow();
        return new UserNetworkMode(programs, Optional.of(UserModeCommand.of(kind, path, root)));
    }

    /**
     * Nobody else is on the link who could have the same address, or would be flooded with questions for the router.
     */
    @Override
    public List<Sysctl> settings() {
        return command.filter(UserModeCommand::ipv6).stream()
                .flatMap(call -> Stream.of("accept_dad", "router_solicitation_delay"))
                .map(name -> new Sysctl("net.ipv6.conf.default." + name, "0"))
                .toList();
    }

    private static String names(List<UserMode> programs) {
        return programs.stream().map(UserMode::program).collect(Collectors.joining(" or "));
    }

    /** Empty before it is decided. */
    @Override
    public String connectedBy() {
        return command.map(call -> "%s (%s)".formatted(call.kind().program(), call.path()))
                .orElse("");
    }
}
