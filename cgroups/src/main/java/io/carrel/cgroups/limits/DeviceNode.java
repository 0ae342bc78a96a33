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
 * The device that a file stands for. Immutable.
 *
 * @param type block or character
 * @param major the driver's number
 * @param minor the number among the driver's devices
 */
public record DeviceNode(DeviceType type, int major, int minor) {

    /**
     * Looks at a device file without opening the device, so that neither a driver nor a device rule notices. Any user
     * may ask.
     *
     * @throws IllegalArgumentException if the file does not exist or is no device
     * @throws SyscallException if this process may not reach the file (EACCES)
     */
    public static DeviceNode find(Path node) {
        try (Descriptor file = Kernel.open("Cannot look at the device " + node, node.toString(), Fcntl.O_PATH);
                FileCalls calls = new FileCalls()) {
            FileStatus status = calls.status(file);
            if (status.is(Fcntl.S_IFCHR)) {
                return new DeviceNode(
                        DeviceType.CHARACTER, (int) status.device().major(), (int)
                                status.device().minor());
            }
            if (status.is(Fcntl.S_IFBLK)) {
                return new DeviceNode(DeviceType.BLOCK, (int) status.device().major(), (int)
                        status.device().minor());
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
