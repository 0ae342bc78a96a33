package io.carrel.cli;

import picocli.CommandLine.Command;

/** {@code carrel container}: what is done with containers, all in one place. */
@Command(
        name = "container",
        description = {"Runs and looks after containers.", ""},
        subcommands = {
            RunCommand.class,
            InspectCommand.class,
            UpdateCommand.class,
            StatsCommand.class,
            TopCommand.class,
            PortCommand.class,
            PauseCommand.class,
            UnpauseCommand.class,
            StartCommand.class,
            StopCommand.class,
            RestartCommand.class,
            KillCommand.class,
            WaitCommand.class,
            ExecCommand.class,
            LogsCommand.class,
            AttachCommand.class,
            RenameCommand.class,
            RmCommand.class,
            ContainerPruneCommand.class,
            CopyCommand.class,
            DiffCommand.class,
            CommitCommand.class,
        })
final class ContainerCommand {}
