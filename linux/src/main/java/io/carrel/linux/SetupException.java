package io.carrel.linux;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A step of setting up a process failed in the child, before its command ran. Nothing of it is left. */
public final class SetupException extends ContainerException {

    private static final long serialVersionUID = 1L;

    private final String step;
    private final String call;
    private final String arguments;
    private final Errno errno;
    private final Subject subject;
    private final @Nullable String remedy;

    /**
     * Describes the failed step.
     *
     * @param step what was being done, for example {@code "mount a private /proc"}
     * @param call the system call's name
     * @param arguments its arguments as text
     * @param errno why it failed
     */
    public SetupException(String step, String call, String arguments, Errno errno) {
        this(step, call, arguments, errno, LinuxSubject.OTHER);
    }

    /**
     * Describes the failed step whose meaning depends on what it was made for.
     *
     * @param step what was being done
     * @param call the system call's name
     * @param arguments its arguments as text
     * @param errno why it failed
     * @param subject what the call was made for
     */
    public SetupException(String step, String call, String arguments, Errno errno, Subject subject) {
        this(step, call, arguments, errno, subject, CallRemedies.find(subject, call, errno));
    }

    /**
     * Describes the failed step with a remedy of its own.
     *
     * @param step what was being done
     * @param call the system call's name
     * @param arguments its arguments as text
     * @param errno why it failed
     * @param remedy what to do about it, as a sentence
     */
    public SetupException(String step, String call, String arguments, Errno errno, String remedy) {
        this(step, call, arguments, errno, LinuxSubject.OTHER, Optional.of(remedy));
    }

    private SetupException(
            String step, String call, String arguments, Errno errno, Subject subject, Optional<String> remedy) {
        super(
                "Cannot %s: %s(%s) failed with %s.%s"
                        .formatted(
                                shown(step),
                                call,
                                shown(arguments),
                                errno.describe(),
                                remedy.map(text -> "\n" + text).orElse("")),
                null);
        this.step = step;
        this.call = call;
        this.arguments = arguments;
        this.errno = errno;
        this.subject = subject;
        this.remedy = remedy.orElse(null);
    }

    /** Returns what was being done. */
    public String step() {
        return step;
    }

    /** Returns the system call's name, as in its man page. */
    public String call() {
        return call;
    }

    /** Returns the arguments as text. */
    public String arguments() {
        return arguments;
    }

    /** Returns why the kernel refused. */
    public Errno errno() {
        return errno;
    }

    /** Returns what the call was made for. */
    public Subject subject() {
        return subject;
    }

    /** Returns what to do about it, where that is known. */
    public Optional<String> remedy() {
        return Optional.ofNullable(remedy);
    }
}
