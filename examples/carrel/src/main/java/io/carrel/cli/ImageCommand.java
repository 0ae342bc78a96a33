package io.carrel.cli;

import picocli.CommandLine.Command;

/** {@code carrel image}: what else can be done with images. */
@Command(
        name = "image",
        description = {"Looks after images.", ""},
        subcommands = {
            ImagesCommand.class,
            ImageInspectCommand.class,
            ImagePruneCommand.class,
            ImageVerifyCommand.class,
            MountCommand.class,
            UnmountCommand.class,
        })
final class ImageCommand {}
