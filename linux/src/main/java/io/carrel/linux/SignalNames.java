package io.carrel.linux;

import com.google.common.base.Ascii;
import com.google.common.primitives.Ints;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The numbers of signals as people and builders of images write them. */
final class SignalNames {

    /** The kernel's first two belong to the C library. */
    private static final int FIRST_REAL_TIME = 34;

    private static final Pattern REAL_TIME = Pattern.compile("RT(?:MIN(?:\\+(\\d{1,2}))?|MAX(?:-(\\d{1,2}))?)");
    private static final Map<String, Signal> OTHER_NAMES =
            Map.of("IOT", Signal.ABRT, "POLL", Signal.IO, "CLD", Signal.CHLD);

    private SignalNames() {}

    static Optional<Integer> parse(String text) {
        String upper = Ascii.toUpperCase(text.strip());
        String name = upper.startsWith("SIG") ? upper.substring("SIG".length()) : upper;
        Matcher realTime = REAL_TIME.matcher(name);
        if (realTime.matches()) {
            int number = name.startsWith("RTMIN")
                    ? FIRST_REAL_TIME + offset(realTime.group(1))
                    : Signal.HIGHEST - offset(realTime.group(2));
            return Optional.of(number).filter(value -> value >= FIRST_REAL_TIME && value <= Signal.HIGHEST);
        }
        Integer number = Ints.tryParse(upper);
        return number == null
                ? named(name)
                : Optional.of(number).filter(value -> value >= 1 && value <= Signal.HIGHEST);
    }

    private static int offset(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static Optional<Integer> named(String name) {
        Signal other = OTHER_NAMES.get(name);
        if (other != null) {
            return Optional.of(other.number());
        }
        for (Signal signal : Signal.values()) {
            if (signal.name().equals(name)) {
                return Optional.of(signal.number());
            }
        }
        return Optional.empty();
    }
}
