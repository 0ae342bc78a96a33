package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.text.Scanner;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.usage.Pressure;
import io.carrel.cgroups.usage.Usage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long processes wait: no controller's, but in every group of v2 where the kernel has PSI.
 *
 * @see <a href="https://docs.kernel.org/accounting/psi.html">PSI</a>
 */
final class PressureFiles {

    private static final long SOME = Scanner.hash("some");

    private PressureFiles() {}

    /** Names the files that count. */
    static void statistics(Placement group, ControllerFiles.Statistics files) {
        if (group.version() == CgroupVersion.V2) {
            files.add("cpu.pressure", (read, text, length) -> read.pressure.cpu = parse(text, length));
            files.add("memory.pressure", (read, text, length) -> read.pressure.memory = parse(text, length));
            files.add("io.pressure", (read, text, length) -> read.pressure.io = parse(text, length));
        }
    }

    /** {@code some avg10=0.12 avg60=0.00 avg300=0.00 total=123} and the same with {@code full}. */
    private static @Nullable Pressure parse(byte[] text, int length) {
        Pressure.@Nullable Share some = null;
        Pressure.@Nullable Share full = null;
        for (Scanner scanner = new Scanner(text, length); !scanner.isAtEnd(); scanner.nextLine()) {
            boolean isSome = scanner.word() == SOME;
            double percent10 = percent(scanner);
            double percent60 = percent(scanner);
            double percent300 = percent(scanner);
            scanner.word();
            Pressure.Share share = new Pressure.Share(percent10, percent60, percent300, scanner.number());
            if (isSome) {
                some = share;
            } else {
                full = share;
            }
        }
        return some == null ? null : new Pressure(some, Optional.ofNullable(full));
    }

    /** Always with two digits behind the full stop. */
    private static double percent(Scanner scanner) {
        scanner.word();
        long whole = scanner.number();
        return whole + scanner.number() / 100.0;
    }

    /** What was read of it. Not thread-safe. */
    static final class Count {
        private @Nullable Pressure cpu;
        private @Nullable Pressure memory;
        private @Nullable Pressure io;

        Usage.Pressures usage() {
            return new Usage.Pressures(Optional.ofNullable(cpu), Optional.ofNullable(memory), Optional.ofNullable(io));
        }
    }
}
