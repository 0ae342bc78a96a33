package io.carrel.linux;

/** A system call made by this JVM failed. */
public final class SyscallException extends ContainerException {

    private static final long serialVersionUID = 1L;

    private final String call;
    private final String arguments;
    private final transient Errno errno;

    /**
     * Describes one failed call.
     *
     * @param doing what was being done, as the start of a sentence, for example {@code "Cannot persist namespace lab"}
     * @param call the system call's name
     * @param arguments its arguments as text
     * @param errno why it failed
     */
    public SyscallException(String doing, String call, String arguments, Errno errno) {
        super(message(doing, call, arguments, errno), null);
        this.call = call;
        this.arguments = arguments;
        this.errno = errno;
    }

    private static String message(String doing, String call, String arguments, Errno errno) {
        String failure = "%s: %s(%s) failed with %s.".formatted(doing, call, arguments, errno.describe());
        return Remedies.find(call, arguments, errno)
                .map(remedy -> failure + "\n" + remedy)
                .orElse(failure);
    }

    /** The system call's name, as in its man page. */
    public String call() {
        return call;
    }

    /** The arguments, as text. */
    public String arguments() {
        return arguments;
    }

    /** Why the kernel refused. */
    public Errno errno() {
        return errno;
    }
}
