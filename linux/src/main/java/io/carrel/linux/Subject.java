package io.carrel.linux;

import java.io.Serializable;

/**
 * What a system call is made for, where that decides what its failure means. Each module has an enum of its own
 * subjects, which knows what to do about their failures. Implementations are immutable.
 */
public interface Subject extends Serializable {

    /** Returns what to do about failures of calls that are made for it; what the call itself tells comes after that. */
    Remedies remedies();
}
