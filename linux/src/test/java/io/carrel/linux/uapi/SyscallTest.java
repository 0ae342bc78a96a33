package io.carrel.linux.uapi;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class SyscallTest {

    private static final Path X86_64 = Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
    private static final Path GENERIC = Path.of("/usr/include/asm-generic/unistd.h");
    private static final Pattern DEFINITION = Pattern.compile("#define __NR(?:3264)?_(\\w+)\\s+(\\d+)");

    @Test
    @EnabledIf(value = "hasHeaderForX64", disabledReason = "the kernel's header for x86-64 is not installed")
    void hasTheNumbersOfTheKernelsHeaderForX64() throws IOException {
        assertThat(carrels(Processor.X86_64)).isSubsetOf(kernels(X86_64));
    }

    @Test
    @EnabledIf(value = "hasGenericHeader", disabledReason = "the kernel's generic header is not installed")
    void hasTheNumbersOfTheKernelsGenericHeaderForAarch64() throws IOException {
        assertThat(carrels(Processor.AARCH64)).isSubsetOf(kernels(GENERIC));
    }

    @Test
    void symbolIsTheNameInManPages() {
        assertThat(Syscall.RT_SIGTIMEDWAIT.symbol()).isEqualTo("rt_sigtimedwait");
    }

    private static Set<String> carrels(Processor processor) {
        return Stream.of(Syscall.values())
                .map(call -> call.symbol() + " " + call.number(processor))
                .collect(toSet());
    }

    private static Set<String> kernels(Path header) throws IOException {
        return DEFINITION
                .matcher(Files.readString(header))
                .results()
                .map(found -> found.group(1) + " " + found.group(2))
                .collect(toSet());
    }

    static boolean hasHeaderForX64() {
        return Files.exists(X86_64);
    }

    static boolean hasGenericHeader() {
        return Files.exists(GENERIC);
    }
}
