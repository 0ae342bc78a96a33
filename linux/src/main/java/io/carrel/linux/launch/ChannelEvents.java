package io.carrel.linux.launch;

import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Constant;

/** Those of an init that ends with the JVM: the channel, and signals. */
record ChannelEvents(ProgramBuilder program, ChannelSteps channel, Supervision common) implements InitEvents {

    @Override
    public void begin() {
        // It may wait until there is room for what it tells: nobody else writes into the channel.
        common.begin(Operand.of(1), Constant.of(0));
    }

    @Override
    public void look(Label serve, Label killAll) {
        Label gone = new Label("jvm gone");
        Label unclear = new Label("unclear");
        Label asked = new Label("asked");
        Label goOn = new Label("go on");
        Data kind = Data.words("kind", 1);
        channel.peek("see whether the JVM is there", Launcher.CHANNEL, kind)
                .onPositive(asked)
                .onZero(gone)
                .onFailure(unclear);
        program.place(asked);
        program.ifEqual(kind.address(), ExecArea.EXECUTE, serve);
        program.go(killAll);
        common.ifJvmIsThere(unclear, goOn);
        program.place(gone);
        common.endWithJvm();
        program.place(goOn);
    }

    @Override
    public void reaped() {}

    @Override
    public void await(Label turn) {
        common.forward(Operand.of(ProcessTree.PID_AFTER_INIT), turn);
    }

    @Override
    public void end(String step, Report.Phase phase) {
        common.end(step, phase);
    }

    @Override
    public void finish() {}
}
