package io.carrel.cli;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How long something takes or ago it was, in the largest unit that fits, in docker's words. */
final class Age {

    private static final int DAYS_OF_WEEK = 7;
    private static final int DAYS_OF_MONTH = 30;
    private static final int DAYS_OF_YEAR = 365;

    private Age() {}

    /** When something was made: {@code 3 days ago}; {@code N/A} if it is not known. */
    static String ago(@Nullable Instant then, Instant now) {
        return then == null || then.getEpochSecond() <= 0 ? "N/A" : text(Duration.between(then, now)) + " ago";
    }

    /** A duration. */
    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 2) {
            return seconds < 1 ? "Less than a second" : "1 second";
        }
        if (duration.toMinutes() < 2) {
            return duration.toMinutes() < 1 ? seconds + " seconds" : "About a minute";
        }
        long hours = duration.plusMinutes(30).toHours();
        if (hours < 2) {
            return duration.toMinutes() < 60 ? duration.toMinutes() + " minutes" : "About an hour";
        }
        return hours < 48 ? hours + " hours" : days(hours / 24);
    }

    private static String days(long days) {
        if (days < 2 * DAYS_OF_WEEK) {
            return days + " days";
        }
        if (days < 2 * DAYS_OF_MONTH) {
            return days / DAYS_OF_WEEK + " weeks";
        }
        return days < 2 * DAYS_OF_YEAR ? days / DAYS_OF_MONTH + " months" : days / DAYS_OF_YEAR + " years";
    }
}
