package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.uapi.Constant;
import java.util.function.Supplier;

/** The host's files, used as by the caller. Not thread-safe. */
final class HostSide extends Side {

    HostSide(FileCalls calls, FileCredentials acting, Descriptor root) {
        super(calls, acting, root);
    }

    @Override
    boolean isContainer() {
        return false;
    }

    @Override
    <T> T use(Descriptor object, Supplier<T> action) {
        return acting().asCaller(action);
    }

    @Override
    Descriptor resolve(String path, Constant flags) {
        return acting().asCaller(() -> openBeneath(path, flags));
    }
}
