package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One of a list of rules about devices. For each of read, write and mknod that a process asks for, the last rule about
 * it and the device decides; all that it asks for must be allowed. A group without rules may use all devices that the
 * groups above it may, so a list that allows only some begins with {@link #DENY_ALL}:
 *
 * <pre>{@code
 * List.of(DeviceRule.DENY_ALL, DeviceRule.parse("c 1:3 rwm"), DeviceRule.of(Path.of("/dev/fuse")))
 * }</pre>
 *
 * <p>Immutable.
 *
 * @param allowed whether the rule allows or denies
 * @param type which kind of device; {@link DeviceType#ALL} only with all numbers and all access, as in the kernel
 * @param major the driver's number, 0 to 4095 or {@link #ANY}
 * @param minor the number among the driver's devices, 0 to 1048575 or {@link #ANY}
 * @param access what the rule is about, at least one
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/devices.html">Device Whitelist Controller</a>
 */
public record DeviceRule(boolean allowed, DeviceType type, int major, int minor, Set<DeviceAccess> access) {

    /** Stands for all major or all minor numbers; printed as {@code *}. */
    public static final int ANY = -1;

    /** The numbers that Linux has: 12 bits for the major, 20 for the minor. */
    private static final int LARGEST_MAJOR = (1 << 12) - 1;

    private static final int LARGEST_MINOR = (1 << 20) - 1;

    private static final String DENY = "deny ";
    private static final Pattern TEXT =
            Pattern.compile("(?:(allow|deny) )?(?:(a)|([abc]) (\\*|\\d{1,9}):(\\*|\\d{1,9}) ([rwm]{1,3}))");

    /** {@code deny a *:* rwm}: the start of a list that names what is allowed. */
    public static final DeviceRule DENY_ALL =
            new DeviceRule(false, DeviceType.ALL, ANY, ANY, EnumSet.allOf(DeviceAccess.class));

    /** {@code a *:* rwm}: alone it lifts what another list had denied. */
    public static final DeviceRule ALLOW_ALL =
            new DeviceRule(true, DeviceType.ALL, ANY, ANY, EnumSet.allOf(DeviceAccess.class));

    /**
     * Checks the numbers and copies the access.
     *
     * @throws IllegalArgumentException if a number is out of its range, if the access is empty, or if a rule about
     *     {@link DeviceType#ALL} is about less than everything
     */
    public DeviceRule {
        requireNonNull(type, "type");
        access = ImmutableSet.copyOf(Sets.immutableEnumSet(access));
        checkArgument(!access.isEmpty(), "a device rule says what for: read, write or mknod");
        checkNumber("major", major, LARGEST_MAJOR);
        checkNumber("minor", minor, LARGEST_MINOR);
        checkArgument(
                type != DeviceType.ALL || major == ANY && minor == ANY && access.size() == DeviceAccess.values().length,
                "a rule about all types is about all numbers and all access, as the kernel takes \"a\" with anything"
                        + " after it for that; make one rule for c and one for b");
    }

    /**
     * Reads a rule as the kernel writes it: {@code c 1:3 rwm}, {@code b 8:* r}, {@code a *:* rwm} or {@code a}. The
     * rule allows, unless {@code deny} stands before it.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static DeviceRule parse(String text) {
        Matcher match = TEXT.matcher(text);
        checkArgument(
                match.matches(),
                "no device rule: \"%s\"; it looks like \"c 1:3 rwm\", \"b 8:* r\" or \"deny a\"",
                text);
        boolean allowed = !"deny".equals(match.group(1));
        if (match.group(2) != null) {
            return allowed ? ALLOW_ALL : DENY_ALL;
        }
        return new DeviceRule(
                allowed,
                find(DeviceType.values(), match.group(3)),
                number(match.group(4)),
                number(match.group(5)),
                access(text, match.group(6)));
    }

    /**
     * Allows all access to the device of a node such as {@code /dev/fuse}; a symbolic link is followed.
     *
     * @throws IllegalArgumentException if there is no such device
     */
    public static DeviceRule of(Path node) {
        return of(node, EnumSet.allOf(DeviceAccess.class));
    }

    /**
     * Allows some access to the device of a node; a symbolic link is followed.
     *
     * @throws IllegalArgumentException if there is no such device
     */
    public static DeviceRule of(Path node, DeviceAccess first, DeviceAccess... more) {
        return of(node, EnumSet.of(first, more));
    }

    private static DeviceRule of(Path node, Set<DeviceAccess> access) {
        DeviceNode found = DeviceNode.find(node);
        return new DeviceRule(true, found.type(), found.major(), found.minor(), access);
    }

    /**
     * Returns what OCI runtimes allow every container: making any node, and using null, zero, full, random, urandom,
     * tty, console, ptmx and the pseudo-terminals. Everything else is denied.
     */
    public static List<DeviceRule> defaults() {
        ImmutableList.Builder<DeviceRule> rules = ImmutableList.builder();
        rules.add(DENY_ALL, parse("c *:* m"), parse("b *:* m"));
        for (String device : List.of("1:3", "1:5", "1:7", "1:8", "1:9", "5:0", "5:1", "5:2", "136:*")) {
            rules.add(parse("c " + device + " rwm"));
        }
        return rules.build();
    }

    /** Returns the same rule, but one that denies. */
    public DeviceRule denied() {
        return new DeviceRule(false, type, major, minor, access);
    }

    /** Returns the text that {@code devices.allow} and {@code devices.deny} take, for example {@code c 1:3 rwm}. */
    public String format() {
        return "%s %s:%s %s".formatted(type.letter(), shown(major), shown(minor), letters());
    }

    /** Returns the text that {@link #parse} reads: with {@code deny} before a rule that denies. */
    @Override
    public String toString() {
        return (allowed ? "" : DENY) + format();
    }

    private String letters() {
        return access.stream().map(DeviceAccess::letter).collect(Collectors.joining());
    }

    private static String shown(int number) {
        return number == ANY ? "*" : Integer.toString(number);
    }

    private static int number(String text) {
        return text.equals("*") ? ANY : Integer.parseInt(text);
    }

    private static void checkNumber(String name, int number, int largest) {
        checkArgument(
                number == ANY || number >= 0 && number <= largest,
                "a %s number of devices is 0 to %s or any, not %s",
                name,
                largest,
                number);
    }

    private static DeviceType find(DeviceType[] types, String letter) {
        return Arrays.stream(types)
                .filter(type -> type.letter().equals(letter))
                .findFirst()
                .orElseThrow();
    }

    private static Set<DeviceAccess> access(String text, String letters) {
        Set<DeviceAccess> access = EnumSet.noneOf(DeviceAccess.class);
        for (DeviceAccess one : DeviceAccess.values()) {
            if (letters.contains(one.letter())) {
                access.add(one);
            }
        }
        checkArgument(access.size() == letters.length(), "a letter is there twice in the device rule \"%s\"", text);
        return access;
    }
}
