package io.carrel.internal;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.netns.UserMode;
import io.carrel.netns.usermode.InsideNames;
import io.carrel.netns.usermode.UserModeCommand;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What connects a container's network to the host's in user mode. Immutable.
 *
 * @param programs those that may do it, in order
 * @param command the one that does, and how it is called; null until that is decided
 */
public record UserModeParts(List<UserMode> programs, @Nullable UserModeCommand command) {

    /** Copies the list. */
    public UserModeParts {
        programs = ImmutableList.copyOf(programs);
    }

    /** Before it is decided which of them it is. */
    public static UserModeParts wanted(List<UserMode> programs) {
        return new UserModeParts(programs, null);
    }

    /** Where the host has the first of these programs that it has. */
    public static Optional<UserModeCommand> find(List<UserMode> programs) {
        return programs.stream()
                .flatMap(kind ->
                        SideProgram.find(kind.program()).map(path -> UserModeCommand.of(kind, path)).stream())
                .findFirst();
    }

    /** What to install for one of these programs, as a sentence. */
    public static String remedy(List<UserMode> programs) {
        return "Install "
                + programs.stream().map(UserMode::distributedIn).collect(Collectors.joining(" or "))
                + ", and see to it that the program is in a directory of PATH.";
    }

    /**
     * The same start with the program that this host has.
     *
     * @throws UnsupportedFeatureException if it has none, or it must not serve this container
     */
    public static ImageStart decide(ImageStart start) {
        ContainerSpec spec = start.spec();
        UserModeParts parts = spec.network().userMode();
        if (parts == null) {
            return start;
        }
        SideProgram.danger(spec).ifPresent(danger -> {
            throw new UnsupportedFeatureException("network in user mode for this container", danger);
        });
        UserModeCommand found = find(parts.programs())
                .orElseThrow(() -> new UnsupportedFeatureException(
                        "network in user mode",
                        "%s not installed. %s".formatted(none(parts.programs()), remedy(parts.programs()))));
        return start.withNetwork(spec.network().with(new UserModeParts(parts.programs(), found)));
    }

    private static String none(List<UserMode> programs) {
        return programs.stream().map(UserMode::program).collect(Collectors.joining(" and ", "", ""))
                + (programs.size() == 1 ? " is" : " are");
    }

    /** What the host does, for people. */
    Stream<String> describe() {
        return Stream.of(
                "connect it by the side of the container, until its end, by: " + (command == null ? programs : command),
                "answer for names at %s inside, as the host's name servers do"
                        .formatted(InsideNames.ADDRESS.getHostAddress()));
    }

    /** Which program it is, for people; empty before that is decided. */
    String served() {
        return command == null ? "" : "%s (%s)".formatted(command.kind().program(), command.path());
    }
}
