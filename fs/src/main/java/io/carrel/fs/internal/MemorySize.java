package io.carrel.fs.internal;

import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How much a file system in memory holds. Nothing of it is any process's, so what fills one is not what gets killed for
 * it.
 */
final class MemorySize {

    private static final Path FILE = Path.of("/proc/meminfo");
    private static final Pattern TOTAL = Pattern.compile("MemTotal: +(\\d+) kB");
    private static final int PART = 8;
    private static final long MOST = 2L << 30;
    /** As many files as there would be pages; the kernel's memory holds those, too. */
    private static final int BYTES_FOR_A_FILE = 4096;

    /** Does not change while the host runs. */
    private static final long USUAL = usual();

    private MemorySize() {}

    /** The mount option; 0 stands for the default, an eighth of the host's memory, at most 2 GiB. */
    static String option(long sizeBytes) {
        long bytes = sizeBytes == 0 ? USUAL : sizeBytes;
        return sizeBytes == 0 ? ",size=%d,nr_inodes=%d".formatted(bytes, bytes / BYTES_FOR_A_FILE) : ",size=" + bytes;
    }

    private static long usual() {
        try {
            long total = TOTAL.matcher(KernelFile.read(FILE))
                    .results()
                    .findFirst()
                    .map(MemorySize::bytes)
                    .orElse(MOST);
            return Math.min(total / PART, MOST);
        } catch (IOException e) {
            throw new KernelFileException("Cannot find the size of the memory", FILE.toString(), "", e);
        }
    }

    private static long bytes(MatchResult kilobytes) {
        return Long.parseLong(kilobytes.group(1)) << 10;
    }
}
