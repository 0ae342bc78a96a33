package io.carrel.namespaces;

import io.carrel.linux.Errno;
import io.carrel.linux.Remedies;
import io.carrel.linux.Subject;

/** What calls of those who enter namespaces are made for. */
enum EntrySubject implements Subject {
    /** Being root in a user namespace. */
    ROOT(Remedies.NONE.failing(Errno.EINVAL).advise("The user namespace maps no id 0, so nobody can be root in it."));

    private final Remedies remedies;

    EntrySubject(Remedies remedies) {
        this.remedies = remedies;
    }

    @Override
    public Remedies remedies() {
        return remedies;
    }
}
