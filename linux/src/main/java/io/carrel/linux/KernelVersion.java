package io.carrel.linux;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Linux version, for reports and remedies. Whether a feature works is found out by trying, never by comparing
 * versions. Immutable.
 *
 * @param major the first number, for example 6
 * @param minor the second number, for example 18
 */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {

    /** The oldest Linux that Carrel supports. */
    public static final KernelVersion OLDEST_SUPPORTED = new KernelVersion(5, 10);

    private static final Pattern RELEASE = Pattern.compile("(\\d{1,9})\\.(\\d{1,9}).*", Pattern.DOTALL);

    /**
     * Reads what {@code uname -r} prints, for example {@code 6.1.0-56-cloud-amd64}.
     *
     * @throws IllegalArgumentException if the text does not start with two numbers
     */
    public static KernelVersion parse(String release) {
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a kernel release: \"" + release + "\"");
        }
        return new KernelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** Returns the version of the running kernel. */
    public static KernelVersion current() {
        return parse(System.getProperty("os.version", ""));
    }

    @Override
    public int compareTo(KernelVersion other) {
        return Comparator.comparingInt(KernelVersion::major)
                .thenComparingInt(KernelVersion::minor)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
