package io.carrel.cgroups.internal.hierarchy;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CgroupSubjectTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        DIVISION | openat | EBUSY | Processes are in this group itself, and cgroup v2 divides only among groups (no internal processes). Move them into a group at the end of the tree; Cgroups.moveJvmToLeaf does it with the JVM.
        MEMBERS | openat | EPERM | To move a process one must be allowed to write cgroup.procs of the group, of the one that the process comes from and of the one above both, and the process must be of the same user.
        MEMBERS | openat | EACCES | To move a process one must be allowed to write cgroup.procs of the group, of the one that the process comes from and of the one above both, and the process must be of the same user.
        MEMBERS | openat | EBUSY | This group divides among groups below it, so cgroup v2 lets it have no processes of its own; bring the process into one of those below.
        PRESSURE | openat | EINVAL | Without CAP_SYS_RESOURCE the window must be a multiple of 2 s (Linux 6.5), and before that the kernel refuses.
        REMOVAL | openat | EBUSY | Processes are in the group or in one below it; end them first. Cgroup.close does it.
        """)
    void tellsWhatToDo(CgroupSubject subject, String call, String errno, String remedy) {
        assertThat(new SetupException("do it", call, "", Errno.named(errno), subject).remedy())
                .contains(remedy);
    }
}
