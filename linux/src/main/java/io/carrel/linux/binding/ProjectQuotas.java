package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.FileSystems;
import io.carrel.linux.uapi.Syscall;
import java.util.Optional;

/**
 * Quotas of projects: files that have a number in common, which new files take over from their directory, and what they
 * may take together. The file system is the one of an open file. Stateless.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/quotactl.2.html">quotactl(2)</a>
 */
public final class ProjectQuotas {

    /** {@code struct fsxattr}. */
    private static final int ATTRIBUTES = 28;

    private static final int PROJECT = 12;
    /** {@code struct if_dqblk}, and larger than {@code struct fs_quota_statv}. */
    private static final int LARGEST = 512;

    private static final int USED_BYTES = 16;
    private static final int VALID = 64;
    /** {@code QIF_DQBLKSIZE}. */
    private static final long UNIT = 1024;

    private static final long UNSIGNED = 0xffffffffL;

    private ProjectQuotas() {}

    /**
     * Returns whether the file system keeps projects to their limits, as mounted now; needs Linux 5.14 to be found out.
     */
    public static boolean areEnforced(Descriptor file) {
        try (Memory state = zeroes()) {
            state.setByte(0, (byte) 1);
            return call(file, FileSystems.Q_XGETQSTATV, 0, state) >= 0
                    && (state.getShort(2) & FileSystems.FS_QUOTA_PDQ_ENFD.value()) != 0;
        }
    }

    /** Returns how many bytes the project's files take; empty if there has never been such a project. */
    public static Optional<Long> usedBytes(Descriptor file, long project) {
        try (Memory quota = zeroes()) {
            long result = call(file, FileSystems.Q_GETQUOTA, project, quota);
            if (result == -Errno.ENOENT.number()) {
                return Optional.empty();
            }
            check(result, FileSystems.Q_GETQUOTA, file, project);
            long limit = quota.getLong(0);
            long used = quota.getLong(USED_BYTES);
            return limit == 0 && used == 0 ? Optional.empty() : Optional.of(used);
        }
    }

    /** Sets the most bytes that the project's files may take; 0 for no limit. */
    public static void limit(Descriptor file, long project, long bytes) {
        try (Memory quota = zeroes()) {
            quota.setLong(0, (bytes + UNIT - 1) / UNIT);
            quota.setInt(VALID, (int) FileSystems.QIF_BLIMITS.value());
            check(call(file, FileSystems.Q_SETQUOTA, project, quota), FileSystems.Q_SETQUOTA, file, project);
        }
    }

    /** Returns the project of a file or directory; 0 for none, also where the file system has no projects. */
    public static long projectOf(Descriptor file) {
        try (Memory attributes = new Memory(ATTRIBUTES)) {
            long result = ioctl(file, FileSystems.FS_IOC_FSGETXATTR, attributes);
            return result < 0 ? 0 : attributes.getInt(PROJECT) & UNSIGNED;
        }
    }

    /** Puts a file into a project; of a directory also what will be made in it. */
    public static void join(Descriptor file, long project, boolean isDirectory) {
        try (Memory attributes = new Memory(ATTRIBUTES)) {
            check(ioctl(file, FileSystems.FS_IOC_FSGETXATTR, attributes), FileSystems.FS_IOC_FSGETXATTR, file, project);
            attributes.setInt(PROJECT, (int) project);
            if (isDirectory) {
                attributes.setInt(0, attributes.getInt(0) | (int) FileSystems.FS_XFLAG_PROJINHERIT.value());
            }
            check(ioctl(file, FileSystems.FS_IOC_FSSETXATTR, attributes), FileSystems.FS_IOC_FSSETXATTR, file, project);
        }
    }

    private static long ioctl(Descriptor file, Constant request, Memory structure) {
        return Syscalls.raw(Syscall.IOCTL, file.number(), request.value(), Syscalls.address(structure));
    }

    private static long call(Descriptor file, Constant command, long project, Memory structure) {
        return Syscalls.raw(Syscall.QUOTACTL_FD, file.number(), command.value(), project, Syscalls.address(structure));
    }

    private static Memory zeroes() {
        Memory memory = new Memory(LARGEST);
        memory.clear();
        return memory;
    }

    private static void check(long result, Constant command, Descriptor file, long project) {
        Syscall call = command.name().startsWith("QCMD") ? Syscall.QUOTACTL_FD : Syscall.IOCTL;
        Syscalls.checked("Cannot limit the size of a directory", call, result, file, command, "project " + project);
    }
}
