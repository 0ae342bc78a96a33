package io.carrel.internal.files;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.spi.RootHealthCheck;
import io.carrel.fs.spi.RootImage;
import io.carrel.health.HealthCheck;
import io.carrel.linux.RefusedContentException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The check by which an image says whether its containers work. */
final class ImageHealth {

    private ImageHealth() {}

    /** Empty where it says nothing. */
    static Optional<HealthCheck> of(RootImage image) {
        return image.healthCheck().filter(check -> !check.test().isEmpty()).map(check -> refusing(image, check));
    }

    private static HealthCheck refusing(RootImage image, RootHealthCheck check) {
        try {
            return of(check);
        } catch (IllegalArgumentException e) {
            throw new RefusedContentException(image.toString(), "Healthcheck", String.valueOf(e.getMessage()), e);
        }
    }

    private static HealthCheck of(RootHealthCheck check) {
        List<String> rest = check.test().subList(1, check.test().size());
        HealthCheck usual = switch (check.test().get(0)) {
            case "NONE" -> HealthCheck.NONE;
            case "CMD" -> HealthCheck.NONE.with(some(rest));
            case "CMD-SHELL" ->
                HealthCheck.NONE.with(ImmutableList.<String>builder()
                        .add("/bin/sh", "-c")
                        .addAll(some(rest))
                        .build());
            default ->
                throw new IllegalArgumentException("its test begins with NONE, CMD or CMD-SHELL, not \"%s\""
                        .formatted(check.test().get(0)));
        };
        return new HealthCheck(
                usual.command(),
                orUsual(check.interval(), usual.interval()),
                orUsual(check.timeout(), usual.timeout()),
                check.startPeriod(),
                orUsual(check.startInterval(), usual.startInterval()),
                check.retries() == 0 ? usual.retries() : check.retries());
    }

    private static List<String> some(List<String> words) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("its test names no command");
        }
        return words;
    }

    /** Zero stands for what is usual. */
    private static Duration orUsual(Duration time, Duration usual) {
        return time.isZero() ? usual : time;
    }
}
