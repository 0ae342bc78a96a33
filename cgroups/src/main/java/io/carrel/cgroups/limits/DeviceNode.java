package io.carrel.cgroups.limits;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;

/**
 * Which device a file stands for. Immutable.
 *
 * @param type block or character
 * @param major the driver's number
 * @param minor the number of the driver's device
 */
public record DeviceNode(DeviceType type, int major, int minor) {

    /**
     * Looks at a file; neither a driver nor a rule about devices takes notice.
     *
     * @throws IllegalArgumentException if it is no device, or not there
     */
    public static DeviceNode find(Path node) {
        try (Descriptor file = Kernel.open("Cannot look at the device " + node, node.toString(), Fcntl.O_PATH);
                FileCalls calls = new FileCalls()) {
            FileStatus status = calls.status(file);
            if (status.is(Fcntl.S_IFCHR)) {
                return new DeviceNode(DeviceType.CHARACTER, (int) status.deviceMajor(), (int) status.deviceMinor());
            }
            if (status.is(Fcntl.S_IFBLK)) {
                return new DeviceNode(DeviceType.BLOCK, (int) status.deviceMajor(), (int) status.deviceMinor());
            }
            throw new IllegalArgumentException(node + " is no device");
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT) || e.errno().equals(Errno.ENOTDIR)) {
                throw new IllegalArgumentException("unknown device " + node, e);
            }
            throw e;
        }
    }
}
