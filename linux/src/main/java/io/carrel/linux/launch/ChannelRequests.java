package io.carrel.linux.launch;

import io.carrel.linux.program.Data;
import io.carrel.linux.program.DescriptorMessage;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Constant;

/** Those of the JVM that has started the container, over the channel. It keeps account of the slots. */
record ChannelRequests(ChannelSteps channel) implements Requests {

    @Override
    public int socket() {
        return Launcher.CHANNEL;
    }

    @Override
    public int others() {
        return 0;
    }

    @Override
    public int firstReceived() {
        return Launcher.FIRST_PASSED;
    }

    @Override
    public void begin() {}

    @Override
    public void received(Data header, Label refused) {}

    @Override
    public void handOver(DescriptorMessage message) {
        channel.handOver(message);
    }

    @Override
    public void tellItRuns(DescriptorMessage answer) {
        channel.send("tell that it runs", Report.Phase.EXEC_RUNS, answer);
    }

    @Override
    public void tellItDoesNot() {
        channel.say("tell that it does not run", Report.Phase.EXEC_FAILED);
    }

    @Override
    public void close() {
        channel.closeRange("give up what came with them", Launcher.FIRST_PASSED, ChannelSteps.UINT_MAX, Constant.of(0));
    }

    @Override
    public void tellItEnded(Data slot) {
        channel.say("tell that it has ended", Report.Phase.EXEC_ENDED);
    }
}
