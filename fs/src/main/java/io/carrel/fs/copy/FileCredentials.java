package io.carrel.fs.copy;

import io.carrel.linux.binding.FileIdentity;
import io.carrel.linux.binding.ProcessStatus;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** As whom one thread uses files at the moment. Not thread-safe. */
final class FileCredentials {

    private enum Role {
        CALLER,
        OWNER,
        OVERRIDING
    }

    private static final boolean DUMPABLE = FileIdentity.isDumpable();

    private final @Nullable FileOwner owner;
    private final long uid;
    private final long gid;
    private Role role = Role.CALLER;

    private FileCredentials(@Nullable FileOwner owner) {
        this.owner = owner;
        ProcessStatus status = ProcessStatus.current();
        uid = status.effectiveUid();
        gid = status.effectiveGid();
    }

    /** Does the work; where it is to be done as somebody else, on a thread that ends with it. */
    static <T> T run(@Nullable FileOwner owner, Function<FileCredentials, T> work) {
        if (owner == null) {
            return work.apply(new FileCredentials(null));
        }
        return OwnThread.call(() -> {
            FileIdentity.dropGroups();
            return work.apply(new FileCredentials(owner));
        });
    }

    boolean isSomebodyElse() {
        return owner != null;
    }

    /** Whether the file is one of the container's own. */
    boolean owns(long user, long group) {
        return owner != null
                && owner.users().inside(user).isPresent()
                && owner.groups().inside(group).isPresent();
    }

    <T> T asCaller(Supplier<T> action) {
        become(Role.CALLER);
        return action.get();
    }

    <T> T asOwner(Supplier<T> action) {
        become(owner == null ? Role.CALLER : Role.OWNER);
        return action.get();
    }

    /** As the owner, with the rights of root. */
    <T> T overriding(Supplier<T> action) {
        become(owner == null ? Role.CALLER : Role.OVERRIDING);
        return action.get();
    }

    private void become(Role next) {
        if (role == next || owner == null) {
            return;
        }
        // Only a change from root to another user takes the capabilities away.
        FileIdentity.become(uid, gid);
        if (next != Role.CALLER) {
            FileIdentity.become(owner.uid(), owner.gid());
        }
        if (next == Role.OVERRIDING) {
            FileIdentity.useAllCapabilities();
        }
        role = next;
        if (DUMPABLE) {
            FileIdentity.makeDumpable();
        }
    }
}
