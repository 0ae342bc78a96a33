package io.carrel.netns.bridge;

import io.carrel.netns.state.StateFile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Addresses of a network that are one container's, as a file notes them. To change what is noted takes the networks'
 * lock. Immutable.
 *
 * @param file where it is noted
 * @param member what was noted first
 */
record AddressLease(Path file, NetworkMember member) {

    /** Returns what is noted of it now; empty if somebody has taken it away, as another JVM may. */
    Optional<NetworkMember> current() {
        return StateFile.read(file).map(NetworkMember::parse).filter(member::isSameAs);
    }

    /** Notes the namespace that has the addresses from now on, and returns the lease with it. */
    AddressLease movedTo(LockedNetworks locked, long namespace) {
        AddressLease moved = new AddressLease(file, member.withNamespace(namespace));
        moved.note(locked, moved.member());
        return moved;
    }

    /** Notes a change. */
    void note(LockedNetworks locked, NetworkMember changed) {
        new StateFile(file, changed.toValues()).write();
    }

    /** Gives the addresses back: they are anybody's from now on. */
    void giveBack(LockedNetworks locked) {
        StateFile.delete(file);
    }
}
