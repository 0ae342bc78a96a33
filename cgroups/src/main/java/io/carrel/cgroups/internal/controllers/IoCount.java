package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.text.Scanner;
import io.carrel.cgroups.limits.Device;
import io.carrel.cgroups.usage.IoUsage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was read of what goes to and from disks. Not thread-safe. */
final class IoCount {

    private static final long V1_READ = Scanner.hash("Read");
    private static final long V1_WRITE = Scanner.hash("Write");
    /** In the order of {@link IoUsage}. */
    private static final long[] V2_NAMES = {
        Scanner.hash("rbytes"), Scanner.hash("wbytes"), Scanner.hash("rios"), Scanner.hash("wios")
    };

    private final Map<Device, long[]> devices = new LinkedHashMap<>(4);

    /** {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0}. */
    void stat(byte[] text, int length) {
        for (Scanner scanner = new Scanner(text, length); !scanner.isAtEnd(); scanner.nextLine()) {
            if (scanner.isAtDigit()) { // and not "(unknown)", as some kernels name a disk that is gone
                numbers(scanner, device(scanner));
            }
        }
    }

    private static void numbers(Scanner scanner, long[] numbers) {
        while (!scanner.isAtLineEnd()) {
            int index = index(scanner.word());
            if (index >= 0) {
                numbers[index] = scanner.number();
            } else if (!scanner.isAtLineEnd()) {
                scanner.number();
            }
        }
    }

    private static int index(long name) {
        for (int i = 0; i < V2_NAMES.length; i++) {
            if (V2_NAMES[i] == name) {
                return i;
            }
        }
        return -1;
    }

    /** {@code 8:0 Read 1}, and a last line {@code Total 3}. */
    void v1(byte[] text, int length, int index) {
        for (Scanner scanner = new Scanner(text, length); scanner.isAtDigit(); scanner.nextLine()) {
            long[] numbers = device(scanner);
            long name = scanner.word();
            if (name == V1_READ || name == V1_WRITE) {
                numbers[index + (name == V1_READ ? 0 : 1)] = scanner.number();
            }
        }
    }

    private long[] device(Scanner scanner) {
        long major = scanner.number();
        return devices.computeIfAbsent(new Device(major, scanner.number()), device -> new long[4]);
    }

    List<IoUsage> usage() {
        List<IoUsage> usage = new ArrayList<>(devices.size());
        devices.forEach((device, n) -> usage.add(new IoUsage(device, n[0], n[1], n[2], n[3])));
        return usage;
    }
}
