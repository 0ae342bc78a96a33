package io.carrel.linux;

/** A system call made by this JVM failed. */
public final class SyscallException extends ContainerException {

    private static final long serialVersionUID = 1L;

    private final String doing;
    private final String call;
    private final String arguments;
    private final Errno errno;

    /**
     * Describes one failed call.
     *
     * @param doing what was being done, as the start of a sentence, for example {@code "Cannot persist namespace lab"}
     * @param call the system call's name
     * @param arguments its arguments as text
     * @param errno why it failed
     */
    public SyscallException(String doing, String call, String arguments, Errno errno) {
        this(doing, call, arguments, errno, LinuxSubject.OTHER);
    }

    /**
     * Describes one failed call whose meaning depends on what it was made for.
     *
     * @param doing what was being done, as the start of a sentence
     * @param call the system call's name
     * @param arguments its arguments as text
     * @param errno why it failed
     * @param subject what it was made for
     */
    public SyscallException(String doing, String call, String arguments, Errno errno, Subject subject) {
        super(message(doing, call, arguments, errno, subject), null);
        this.doing = doing;
        this.call = call;
        this.arguments = arguments;
        this.errno = errno;
    }

    /**
     * Describes one failed call of which more is known than the errno says.
     *
     * @param doing what was being done, as the start of a sentence
     * @param call the system call's name
     * @param arguments its arguments as text
     * @param errno why it failed
     * @param explanation what else is known, such as the kernel's own log of the failure
     */
    public SyscallException(String doing, String call, String arguments, Errno errno, String explanation) {
        super(failure(doing, call, arguments, errno) + "\n" + explanation, null);
        this.doing = doing;
        this.call = call;
        this.arguments = arguments;
        this.errno = errno;
    }

    private static String message(String doing, String call, String arguments, Errno errno, Subject subject) {
        String failure = failure(doing, call, arguments, errno);
        return CallRemedies.find(subject, call, errno)
                .map(remedy -> failure + "\n" + remedy)
                .orElse(failure);
    }

    private static String failure(String doing, String call, String arguments, Errno errno) {
        return "%s: %s(%s) failed with %s.".formatted(shown(doing), call, shown(arguments), errno.describe());
    }

    /**
     * Returns the same failure with what only the caller knows of it.
     *
     * @param explanation a sentence, in place of the usual advice
     */
    public SyscallException explained(String explanation) {
        SyscallException explained = new SyscallException(doing, call, arguments, errno, explanation);
        explained.setStackTrace(getStackTrace());
        return explained;
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
}
