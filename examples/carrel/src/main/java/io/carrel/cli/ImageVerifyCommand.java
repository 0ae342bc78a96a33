package io.carrel.cli;

import io.carrel.images.Verification;
import io.carrel.images.Verification.Damage;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code carrel image verify}: reads everything. */
@Command(
        name = "verify",
        description = {
            "Reads all blobs of the store and compares them with their digests, and unpacked layers with their blobs.",
            "",
            "Each layer is unpacked once more for it, so there must be room for the largest.",
            ""
        },
        footer = {"", "Exit code: 0 if all is well, 1 if something is damaged."})
final class ImageVerifyCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        Verification found = Images.store().verify();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%d blobs, %s, %d unpacked layers: %s%n",
                found.blobs(), Images.size(found.bytes()), found.layers(), found.isSound() ? "sound" : "DAMAGED");
        for (Damage damage : found.damages()) {
            out.println(Page.wrapped("  ", damage.place() + ": " + damage.reason() + ". " + damage.remedy()));
        }
        return found.isSound() ? 0 : 1;
    }
}
