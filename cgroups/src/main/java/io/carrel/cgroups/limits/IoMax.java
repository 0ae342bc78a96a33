package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Splitter;
import io.carrel.cgroups.internal.text.FlatFile;
import java.util.List;

/**
 * The most that the group reads from and writes to one device each second: a line of {@code io.max}.
 * {@link Long#MAX_VALUE} is no limit. Immutable.
 *
 * @param device a whole disk, not a partition
 * @param readBytes bytes read each second, more than 0
 * @param writeBytes bytes written each second, more than 0
 * @param readOperations reads each second, more than 0
 * @param writeOperations writes each second, more than 0
 */
public record IoMax(Device device, long readBytes, long writeBytes, long readOperations, long writeOperations)
        implements Limit {

    private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();
    private static final Splitter PAIR = Splitter.on('=');

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not more than 0
     */
    public IoMax {
        requireNonNull(device, "device");
        checkArgument(
                readBytes > 0 && writeBytes > 0 && readOperations > 0 && writeOperations > 0,
                "limits of device %s must be more than 0 a second, were %s, %s bytes and %s, %s operations",
                device,
                readBytes,
                writeBytes,
                readOperations,
                writeOperations);
    }

    /**
     * Reads a line of {@code io.max}, such as {@code 8:0 rbps=1048576 wbps=max riops=max wiops=max}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static IoMax parse(String line) {
        List<String> words = WORDS.splitToList(line);
        IoMax max = of(Device.parse(words.get(0)));
        for (String word : words.subList(1, words.size())) {
            List<String> pair = PAIR.splitToList(word);
            checkArgument(pair.size() == 2, "not a name and a number: \"%s\"", word);
            max = max.with(pair.get(0), FlatFile.number(pair.get(1)));
        }
        return max;
    }

    private IoMax with(String name, long number) {
        return switch (name) {
            case "rbps" -> withRead(Bytes.of(number));
            case "wbps" -> withWrite(Bytes.of(number));
            case "riops" -> withReadOperations(number);
            case "wiops" -> withWriteOperations(number);
            default -> this; // of a newer kernel
        };
    }

    /** Returns no limit for the device yet, to be followed by {@code with…}. */
    public static IoMax of(Device device) {
        return new IoMax(device, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /**
     * Returns a copy with another limit of bytes read each second.
     *
     * @throws IllegalArgumentException if it is 0
     */
    public IoMax withRead(Bytes aSecond) {
        return new IoMax(device, aSecond.value(), writeBytes, readOperations, writeOperations);
    }

    /**
     * Returns a copy with another limit of bytes written each second.
     *
     * @throws IllegalArgumentException if it is 0
     */
    public IoMax withWrite(Bytes aSecond) {
        return new IoMax(device, readBytes, aSecond.value(), readOperations, writeOperations);
    }

    /**
     * Returns a copy with another limit of reads each second.
     *
     * @throws IllegalArgumentException if it is not more than 0
     */
    public IoMax withReadOperations(long aSecond) {
        return new IoMax(device, readBytes, writeBytes, aSecond, writeOperations);
    }

    /**
     * Returns a copy with another limit of writes each second.
     *
     * @throws IllegalArgumentException if it is not more than 0
     */
    public IoMax withWriteOperations(long aSecond) {
        return new IoMax(device, readBytes, writeBytes, readOperations, aSecond);
    }

    @Override
    public Controller controller() {
        return Controller.IO;
    }

    /** Returns what follows the device in {@code io.max}: {@code rbps=1048576 wbps=max riops=max wiops=max}. */
    public String rates() {
        return "rbps=%s wbps=%s riops=%s wiops=%s"
                .formatted(
                        Maximum.text(readBytes),
                        Maximum.text(writeBytes),
                        Maximum.text(readOperations),
                        Maximum.text(writeOperations));
    }

    @Override
    public String toString() {
        return "io.max=" + device + " " + rates();
    }
}
