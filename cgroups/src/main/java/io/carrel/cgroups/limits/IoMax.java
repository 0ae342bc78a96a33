package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Splitter;
import io.carrel.cgroups.internal.text.FlatFile;
import java.util.List;

/**
 * The most that the group reads from and writes to a device in a second. {@link Long#MAX_VALUE} is no limit.
 *
 * @param device a whole disk, not a partition
 * @param readBytes bytes read in a second
 * @param writeBytes bytes written in a second
 * @param readOperations reads in a second
 * @param writeOperations writes in a second
 */
public record IoMax(Device device, long readBytes, long writeBytes, long readOperations, long writeOperations)
        implements Limit {

    private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();
    private static final Splitter PAIR = Splitter.on('=');
    private static final String UNSET = "rbps=max wbps=max riops=max wiops=max";
    private static final String V1_UNSET = "0";

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

    /** Reads a line of {@code io.max}, such as {@code 8:0 rbps=1048576 wbps=max riops=max wiops=max}. */
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

    /** Reads a line of v1's {@code blkio.throttle.NAME_device}, such as {@code 8:0 1048576}. */
    public static IoMax parseThrottle(String name, String line) {
        List<String> words = WORDS.splitToList(line);
        checkArgument(words.size() == 2, "not a device and a number: \"%s\"", line);
        return of(Device.parse(words.get(0))).with(name, FlatFile.number(words.get(1)));
    }

    private IoMax with(String name, long number) {
        return switch (name) {
            case "rbps", "read_bps" -> withRead(Bytes.of(number));
            case "wbps", "write_bps" -> withWrite(Bytes.of(number));
            case "riops", "read_iops" -> withReadOperations(number);
            case "wiops", "write_iops" -> withWriteOperations(number);
            default -> this; // of a newer kernel
        };
    }

    /** The lesser of both in each. */
    public IoMax and(IoMax other) {
        return new IoMax(
                device,
                Math.min(readBytes, other.readBytes),
                Math.min(writeBytes, other.writeBytes),
                Math.min(readOperations, other.readOperations),
                Math.min(writeOperations, other.writeOperations));
    }

    /** No limit yet: the start for the others. */
    public static IoMax of(Device device) {
        return new IoMax(device, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** The same with another most of bytes read in a second. */
    public IoMax withRead(Bytes aSecond) {
        return new IoMax(device, aSecond.value(), writeBytes, readOperations, writeOperations);
    }

    /** The same with another most of bytes written in a second. */
    public IoMax withWrite(Bytes aSecond) {
        return new IoMax(device, readBytes, aSecond.value(), readOperations, writeOperations);
    }

    /** The same with another most of reads in a second. */
    public IoMax withReadOperations(long aSecond) {
        return new IoMax(device, readBytes, writeBytes, aSecond, writeOperations);
    }

    /** The same with another most of writes in a second. */
    public IoMax withWriteOperations(long aSecond) {
        return new IoMax(device, readBytes, writeBytes, readOperations, aSecond);
    }

    @Override
    public Controller controller() {
        return Controller.IO;
    }

    @Override
    public List<Setting> settings(CgroupVersion version, Limits all) {
        if (version == CgroupVersion.V2) {
            return List.of(Setting.of(controller(), "io.max", device.toString(), format(), UNSET));
        }
        return List.of(
                throttle("read_bps_device", readBytes),
                throttle("write_bps_device", writeBytes),
                throttle("read_iops_device", readOperations),
                throttle("write_iops_device", writeOperations));
    }

    private Setting throttle(String file, long number) {
        String value = number == Long.MAX_VALUE ? V1_UNSET : Long.toString(number);
        return Setting.of(controller(), "blkio.throttle." + file, device.toString(), value, V1_UNSET);
    }

    private String format() {
        return "rbps=%s wbps=%s riops=%s wiops=%s"
                .formatted(text(readBytes), text(writeBytes), text(readOperations), text(writeOperations));
    }

    private static String text(long number) {
        return Versions.text(number, CgroupVersion.V2);
    }

    @Override
    public String toString() {
        return "io.max=" + device + " " + format();
    }
}
