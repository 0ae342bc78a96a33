package io.carrel.internal.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerSubjectTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        GROUP | setresgid | EINVAL | The group id is not mapped in the container; idMaps(...) and subordinateIds() may give it more.
        GROUPS | setgroups | EINVAL | A group id is not mapped in the container; idMaps(...) and subordinateIds() may give it more.
        SYSCTL | openat | ENOENT | This kernel has no such setting, or not for namespaces.
        SYSCTL | openat | EACCES | The kernel lets only the root of the container's user namespace write it, and settings of System V and POSIX queues only from Linux 6.9 on, or later releases of 6.1. Give the container a root: user(User.ROOT).
        USER | setresuid | EINVAL | The user id is not mapped in the container; idMaps(...) and subordinateIds() may give it more.
        """)
    void tellsWhatToDo(ContainerSubject subject, String call, String errno, String remedy) {
        assertThat(new SetupException("do it", call, "", Errno.named(errno), subject).remedy())
                .contains(remedy);
    }
}
