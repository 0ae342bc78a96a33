package io.carrel.linux.launch;

import io.carrel.linux.program.Data;
import io.carrel.linux.program.DescriptorMessage;
import io.carrel.linux.program.Label;

/** Where an init is asked to execute commands, and whom it tells what becomes of them. */
interface Requests {

    /** The number of the socket from which requests come. */
    int socket();

    /** How many descriptors come with a request after the streams and the files of the cgroup. */
    int others();

    /** The number that the first descriptor after the streams gets. */
    int firstReceived();

    /** Appends what comes before a request is received. */
    void begin();

    /**
     * Appends what comes when a request has been received.
     *
     * @param header the request's
     * @param refused where to go if it cannot be served
     */
    void received(Data header, Label refused);

    /**
     * Appends, in a process that is to get a terminal, what keeps the way to where that goes, past all that it closes
     * later.
     */
    default void keepAnswers() {}

    /** Appends what sends a descriptor before the answer. */
    void handOver(DescriptorMessage message);

    /** Appends the answer that it runs. */
    void tellItRuns(DescriptorMessage answer);

    /** Appends the answer that it does not. */
    void tellItDoesNot();

    /** Appends what closes all that came with the request. */
    void close();

    /**
     * Appends what tells of an end.
     *
     * @param slot holds the address of the process's slot
     */
    void tellItEnded(Data slot);
}
