package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Constant;
import java.util.function.Supplier;

/**
 * The container's files, used as by their owner; what that one may not use although it owns it, as root may in the
 * container, is used with the rights that override permissions. Not thread-safe.
 */
final class ContainerSide extends Side {

    ContainerSide(FileCalls calls, FileCredentials acting, Descriptor root) {
        super(calls, acting, root);
    }

    @Override
    boolean isContainer() {
        return true;
    }

    @Override
    <T> T use(Descriptor object, Supplier<T> action) {
        try {
            return acting().asOwner(action);
        } catch (SyscallException e) {
            if (!isDenied(e) || !owns(object)) {
                throw e;
            }
        }
        return acting().overriding(action);
    }

    @Override
    Descriptor resolve(String path, Constant flags) {
        try {
            return acting().asOwner(() -> openBeneath(path, flags));
        } catch (SyscallException e) {
            if (!isDenied(e) || !acting().isSomebodyElse()) {
                throw e;
            }
            Descriptor found = acting().overriding(() -> openBeneath(path, flags));
            if (owns(found)) {
                return found;
            }
            found.close();
            throw e;
        }
    }

    private static boolean isDenied(SyscallException e) {
        return e.errno().equals(Errno.EACCES) || e.errno().equals(Errno.EPERM);
    }

    private boolean owns(Descriptor file) {
        FileStatus status = calls().status(file);
        return acting().owns(status.uid(), status.gid());
    }
}
