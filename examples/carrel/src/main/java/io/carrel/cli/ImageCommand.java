package io.carrel.cli;

import picocli.CommandLine.Command;

/** {@code carrel image}: what else can be done with images. */
@Command(
        name = "image",
        description = {"Looks after images.", ""},
        subcommands = {
            ImageInspectCommand.class,
            HistoryCommand.class,
            TagCommand.class,
            LoadCommand.class,
            SaveCommand.class,
            ImportCommand.class,
            ImagePruneCommand.class,
            ImageVerifyCommand.class,
            MountCommand.class,
            UnmountCommand.class,
        })
final class ImageCommand {}
