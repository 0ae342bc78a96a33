package io.carrel.linux;

import com.google.common.base.Splitter;
import java.io.Serializable;
import java.util.List;

/**
 * The reason why the kernel refused a call. Immutable.
 *
 * @param number the positive errno number, for example 1 for {@code EPERM}
 * @see <a href="https://man7.org/linux/man-pages/man3/errno.3.html">errno(3)</a>
 */
public record Errno(int number) implements Serializable {

    /** asm-generic/errno-base.h and errno.h in order of their numbers, from 1; both processors share them. */
    private static final List<String> NAMES = Splitter.on(' ')
            .splitToList("EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT "
                    + "ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG "
                    + "ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY "
                    + "ELOOP E41 ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR "
                    + "EXFULL ENOANO EBADRQC EBADSLT E58 EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE "
                    + "ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG "
                    + "ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK "
                    + "EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP "
                    + "EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET "
                    + "ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT "
                    + "ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL "
                    + "EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED "
                    + "EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON");

    public static final Errno EPERM = named("EPERM");
    public static final Errno ENOENT = named("ENOENT");
    public static final Errno ESRCH = named("ESRCH");
    public static final Errno EINTR = named("EINTR");
    public static final Errno EIO = named("EIO");
    public static final Errno ECHILD = named("ECHILD");
    public static final Errno EAGAIN = named("EAGAIN");
    public static final Errno EACCES = named("EACCES");
    public static final Errno ENXIO = named("ENXIO");
    public static final Errno EBUSY = named("EBUSY");
    public static final Errno EEXIST = named("EEXIST");
    public static final Errno EXDEV = named("EXDEV");
    public static final Errno ENODEV = named("ENODEV");
    public static final Errno ENOTDIR = named("ENOTDIR");
    public static final Errno EISDIR = named("EISDIR");
    public static final Errno ELOOP = named("ELOOP");
    public static final Errno ENAMETOOLONG = named("ENAMETOOLONG");
    public static final Errno ENODATA = named("ENODATA");
    public static final Errno EOPNOTSUPP = named("EOPNOTSUPP");
    public static final Errno EINVAL = named("EINVAL");
    public static final Errno ENOSPC = named("ENOSPC");
    public static final Errno E2BIG = named("E2BIG");
    public static final Errno ERANGE = named("ERANGE");
    public static final Errno ENOSYS = named("ENOSYS");
    public static final Errno ENOEXEC = named("ENOEXEC");
    public static final Errno EROFS = named("EROFS");
    public static final Errno ETXTBSY = named("ETXTBSY");
    public static final Errno EPIPE = named("EPIPE");
    public static final Errno ECONNRESET = named("ECONNRESET");
    public static final Errno EBADMSG = named("EBADMSG");
    public static final Errno ENETDOWN = named("ENETDOWN");
    public static final Errno ETIMEDOUT = named("ETIMEDOUT");
    public static final Errno EUSERS = named("EUSERS");

    /**
     * Returns the errno with this C name.
     *
     * @throws IllegalArgumentException if the kernel has no such name
     */
    public static Errno named(String name) {
        int index = NAMES.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("unknown errno " + name);
        }
        return new Errno(index + 1);
    }

    /** Returns the C name, for example {@code EPERM}; {@code E} and the number for one that has none. */
    public String symbol() {
        return number >= 1 && number <= NAMES.size() ? NAMES.get(number - 1) : "E" + number;
    }

    /** Returns name and number, as in {@code EPERM (1)}. */
    public String describe() {
        return "%s (%d)".formatted(symbol(), number);
    }

    @Override
    public String toString() {
        return describe();
    }
}
