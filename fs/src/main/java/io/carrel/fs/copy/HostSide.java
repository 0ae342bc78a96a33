package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.uapi.Constant;
import java.util.function.Supplier;

/** The host's files, used as by the caller. Not thread-safe. */
final class HostSide extends Side {

    private final FileCalls calls;
    private final FileCredentials acting;
    private final Descriptor root;

    HostSide(FileCalls calls, FileCredentials acting, Descriptor root) {
        super(calls);
        this.calls = calls;
        this.acting = acting;
        this.root = root;
    }

    @Override
    boolean isContainer() {
        return false;
    }

    @Override
    <T> T use(Descriptor object, Supplier<T> action) {
        return acting.asCaller(action);
    }

    @Override
    Descriptor resolve(String path, Constant flags) {
        return acting.asCaller(() -> calls.openBeneath(root, path, flags));
    }
}
