package io.carrel.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSystemSubjectTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        HOST_LAYERS | mount | EPERM | Only root can mount for the whole host. An ordinary user can run a container of it, or mount it for one shell and its children, by unshare --user --map-current-user --keep-caps --mount, from Linux 5.11 on.
        HOST_LAYERS | mount | EBUSY | A layer lies in another one or in the place for changes, or a container uses that place already.
        HOST_LAYERS | mount | ENODEV | The kernel has no overlayfs: load the module by modprobe overlay.
        HOST_LAYERS | mount | EINVAL | The kernel or a layer's file system cannot do it: userxattr needs Linux 5.11, layers with translated owners, as root has them, Linux 5.19, and the place for changes a file system with attributes, so neither NFS nor another overlay. And an ordinary user's layer must have nothing mounted below it. The kernel's log says more.
        HOST_LAYERS | mount | ELOOP | A layer lies in another one or in the place for changes, or a container uses that place already.
        LAYERS | mount | EPERM | This kernel lets no user namespace stack layers; Linux 5.11 does.
        LAYERS | mount | EBUSY | A layer lies in another one or in the place for changes, or a container uses that place already.
        LAYERS | mount | ENODEV | The kernel has no overlayfs: load the module by modprobe overlay.
        LAYERS | mount | EINVAL | The kernel or a layer's file system cannot do it: userxattr needs Linux 5.11, layers with translated owners, as root has them, Linux 5.19, and the place for changes a file system with attributes, so neither NFS nor another overlay. And an ordinary user's layer must have nothing mounted below it. The kernel's log says more. Put the storage (CARREL_HOME) on another file system: ext4, xfs, btrfs, or tmpfs from Linux 6.3; or have the layers copied, by orElse(OverlayFallback.copy()).
        LAYERS | mount | ELOOP | A layer lies in another one or in the place for changes, or a container uses that place already.
        LAYER_OWNERS | mount | EINVAL | The file system on which the layers and their changes lie does not support mounts with translated owners on this kernel, as another overlay does not. Put the storage (CARREL_HOME) on another file system: ext4, xfs, btrfs, or tmpfs from Linux 6.3; or have the layers copied, by orElse(OverlayFallback.copy()).
        MOUNT | mount | ENOTDIR | A directory is mounted on a directory only, and a file on a file: one of the two is of the other kind.
        MOUNT | mount | EINVAL | A directory is mounted on a directory only, and a file on a file: one of the two is of the other kind.
        MOUNT_POINT | mount | ENOENT | There is nothing to mount on, and it cannot be made: what it would lie in is read-only, or a link on the way leads to nothing.
        MOUNT_POINT | mount | ENOTDIR | A directory is mounted on a directory only, and here is a file, or one is on the way.
        MOUNT_POINT | mount | ELOOP | A link on the way leads in a circle.
        OWNER_TRANSLATION | mount | EINVAL | The file system, or one that is mounted below it, does not support mounts with translated owners on this kernel. Bind a directory of another file system (ext4, xfs, btrfs; tmpfs from Linux 6.3) that has no mounts of other kinds, such as /proc, below it.
        PROC | mount | EPERM | The host's /proc is partly covered, as in most containers, so a user namespace may not mount its own. Run the outer container with an unmasked /proc (podman: --security-opt unmask=ALL; Kubernetes: procMount: Unmasked).
        SYSFS | mount | EPERM | The host's /sys is partly covered, as in most containers, so a user namespace may not mount its own. Run the outer container with an unmasked /sys.
        WORKING_DIRECTORY | openat | ENOTDIR | A file is where a directory of its path would be.
        WORKING_DIRECTORY | openat | EROFS | The directory does not exist, and what it would lie in is read-only.
        """)
    void tellsWhatToDo(FileSystemSubject subject, String call, String errno, String remedy) {
        assertThat(new SetupException("do it", call, "", Errno.named(errno), subject).remedy())
                .contains(remedy);
    }
}
