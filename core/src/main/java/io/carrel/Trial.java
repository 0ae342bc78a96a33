package io.carrel;

import io.carrel.linux.ContainerException;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.SetupException;
import java.util.Locale;

/** Finds out what works by starts in which no command runs. */
final class Trial {

    /** A command that exists nowhere: a start that gets as far as executing it has done everything else. */
    private static final String NOWHERE = "/carrel-probe/nowhere";

    private Trial() {}

    /** Returns whether such a container starts, and how it works or why it does not. */
    static Feature of(String name, String detail, ContainerBuilder builder) {
        try (ContainerProcess unexpected =
                builder.command(NOWHERE).workingDirectory("/").build().start()) {
            return Feature.missing(name, "%s exists, as process %d".formatted(NOWHERE, unexpected.pid()), "");
        } catch (SetupException e) {
            if (e.subject() == LinuxSubject.COMMAND) {
                return Feature.working(name, detail);
            }
            String reason = "%s: %s".formatted(e.call().toLowerCase(Locale.ROOT), e.errno());
            return Feature.missing(
                    name,
                    "cannot %s: %s".formatted(e.step(), reason),
                    e.remedy().orElse(""));
        } catch (ContainerException e) {
            return Feature.missing(name, String.valueOf(e.getMessage()), "");
        }
    }
}
