package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.DeviceNumber;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.List;

/**
 * A block device by its numbers. Immutable.
 *
 * @param major the driver's number, 0 to 4095
 * @param minor the number among the driver's devices, 0 to 1048575
 */
public record Device(long major, long minor) implements Comparable<Device> {

    /**
     * Checks both numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Device {
        checkArgument(major >= 0 && major < 1 << 12, "a device's major number must be 0 to 4095, was %s", major);
        checkArgument(minor >= 0 && minor < 1 << 20, "a device's minor number must be 0 to 1048575, was %s", minor);
    }

    /**
     * Returns the device behind a device file such as {@code /dev/sda}; for any other file or directory, the device
     * that it lies on. Any user may ask.
     *
     * @throws IllegalArgumentException if there is no block device, for example for a file in memory
     * @throws SyscallException if the file does not exist (ENOENT)
     */
    public static Device of(Path path) {
        try (FileCalls calls = new FileCalls();
                Descriptor file = Kernel.open("Cannot find the device of " + path, path.toString(), Fcntl.O_PATH)) {
            FileStatus status = calls.status(file);
            checkArgument(!status.is(Fcntl.S_IFCHR), "%s is a character device, not a block device", path);
            if (status.is(Fcntl.S_IFBLK)) {
                return of(status.device());
            }
            Device below = of(status.inode().fileSystem());
            checkArgument(below.major != 0, "%s lies on no block device", path);
            return below;
        }
    }

    private static Device of(DeviceNumber number) {
        return new Device(number.major(), number.minor());
    }

    /**
     * Reads a text such as {@code 8:0}.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static Device parse(String text) {
        List<String> numbers = Splitter.on(':').splitToList(text);
        checkArgument(numbers.size() == 2, "not a device such as 8:0: \"%s\"", text);
        try {
            return new Device(Long.parseLong(numbers.get(0)), Long.parseLong(numbers.get(1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a device such as 8:0: \"" + text + "\"", e);
        }
    }

    @Override
    public int compareTo(Device other) {
        return major != other.major ? Long.compare(major, other.major) : Long.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
