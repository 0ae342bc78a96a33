package io.carrel.cli;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.linux.Signal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code carrel kill}: as {@code docker kill}. */
@Command(
        name = "kill",
        description = {"Sends a signal to containers.", ""})
final class KillCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ContainerArguments containers = new ContainerArguments();

    @Option(
            names = {"-s", "--signal"},
            paramLabel = "SIGNAL",
            description = "A name or number: KILL, which ends all that is in them.")
    private SignalNumber signal = new SignalNumber(Signal.KILL.number());

    @Override
    public Integer call() {
        return containers.eachPrinted(spec, (name, container) -> {
            checkState(
                    container.state().isAlive(),
                    "cannot kill container: %s: container %s is not running",
                    name,
                    container.id());
            container.kill(signal.value());
        });
    }
}
