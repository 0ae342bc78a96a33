package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.ContainerBuilder;
import io.carrel.linux.Capability;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code carrel run} that are about who the command is and what it may do. */
final class UserOptions {

    private static final String ALL = "ALL";
    private static final String PREFIX = "CAP_";
    private static final String NO_NEW_PRIVILEGES = "no-new-privileges";

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER[:GROUP]",
            description =
                    "Who the command runs as, by names of the root's /etc/passwd and /etc/group or by numbers: the image's"
                            + " user; without an image oneself, for root the container's root.")
    private @Nullable String user;

    @Option(
            names = "--group-add",
            paramLabel = "GROUP",
            description = "A group, by name or number, for its user besides.")
    private List<String> groups = List.of();

    @Option(
            names = "--subordinate-ids",
            description = "Map what /etc/subuid and /etc/subgid grant, as an image with another user has it anyway.")
    private boolean subordinateIds;

    @Option(
            names = "--cap-add",
            paramLabel = "CAPABILITY",
            description = "Give the command a capability, such as NET_RAW, or ALL, over what is the container's own.")
    private List<String> added = List.of();

    @Option(
            names = "--cap-drop",
            paramLabel = "CAPABILITY",
            description =
                    "Take one, or ALL, of those that the root of an image has; a command on the host's own files has none.")
    private List<String> dropped = List.of();

    @Option(
            names = "--security-opt",
            paramLabel = "no-new-privileges[=true|false]",
            description = "Whether set-user-ID programs have no effect: true; false lets those of an image work.")
    private List<String> securityOptions = List.of();

    /** Puts them into the definition of a container. */
    void applyTo(ContainerBuilder builder) {
        if (user != null) {
            builder.userNamed(user);
        }
        builder.addGroups(groups.toArray(String[]::new));
        if (subordinateIds) {
            builder.subordinateIds();
        }
        capabilities(builder);
        for (String option : securityOptions) {
            builder.noNewPrivileges(noNewPrivileges(option));
        }
    }

    /** As docker combines them: what is added one by one wins over ALL that are dropped, and the other way round. */
    private void capabilities(ContainerBuilder builder) {
        Set<Capability> more = parse(added);
        Set<Capability> less = parse(dropped);
        if (hasAll(added)) {
            Set<Capability> kept = EnumSet.allOf(Capability.class);
            kept.removeAll(less);
            builder.addCapabilities(kept.toArray(Capability[]::new)).dropCapabilities(Capability.values());
        } else {
            builder.addCapabilities(more.toArray(Capability[]::new));
            builder.dropCapabilities(hasAll(dropped) ? Capability.values() : less.toArray(Capability[]::new));
        }
    }

    private static boolean hasAll(List<String> names) {
        return names.stream().anyMatch(ALL::equalsIgnoreCase);
    }

    private static Set<Capability> parse(List<String> names) {
        Set<Capability> parsed = EnumSet.noneOf(Capability.class);
        names.stream()
                .filter(name -> !name.equalsIgnoreCase(ALL))
                .map(UserOptions::capability)
                .forEach(parsed::add);
        return parsed;
    }

    private static Capability capability(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        String plain = upper.startsWith(PREFIX) ? upper.substring(PREFIX.length()) : upper;
        for (Capability capability : Capability.values()) {
            if (capability.name().equals(plain)) {
                return capability;
            }
        }
        throw new IllegalArgumentException(
                "there is no capability \"%s\"; capabilities(7) lists them, such as NET_RAW or CAP_NET_RAW"
                        .formatted(name));
    }

    private static boolean noNewPrivileges(String option) {
        String value = option.replaceFirst("^" + NO_NEW_PRIVILEGES + "[=:]?", "");
        checkArgument(
                option.startsWith(NO_NEW_PRIVILEGES)
                        && List.of("", "true", "false").contains(value),
                "of --security-opt only no-new-privileges[=true|false] is known, not \"%s\"",
                option);
        return !value.equals("false");
    }
}
