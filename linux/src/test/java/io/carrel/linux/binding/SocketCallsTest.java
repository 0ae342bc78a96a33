package io.carrel.linux.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over Unix sockets with files: nothing goes through the machine's network. */
@Tag("kernel")
class SocketCallsTest {

    private static final String DOING = "Cannot talk";
    private static final Constant NONE = Constant.of(0);

    private static Descriptor socket() {
        return SocketCalls.socket(DOING, Sockets.AF_UNIX, Sockets.SOCK_STREAM.or(Sockets.SOCK_NONBLOCK), NONE);
    }

    @Test
    void connectsAndTalksOverASocketWithAName(@TempDir Path directory) {
        byte[] name = SocketName.unix(directory.resolve("s").toString());
        try (Descriptor server = socket();
                Descriptor client = socket()) {
            SocketCalls.bind(DOING, server, name);
            SocketCalls.listen(DOING, server, 1);
            assertThat(SocketCalls.accept(DOING, server, NONE)).isEmpty();

            assertThat(SocketCalls.connect(DOING, client, name)).isTrue();
            try (Descriptor connection =
                    SocketCalls.accept(DOING, server, Sockets.SOCK_NONBLOCK).orElseThrow()) {
                byte[] buffer = new byte[10];
                assertThat(SocketCalls.receive(DOING, connection, buffer, NONE)).isEmpty();
                assertThat(SocketCalls.send(DOING, client, "xhello".getBytes(StandardCharsets.UTF_8), 1, 5))
                        .contains(5);
                assertThat(SocketCalls.receive(DOING, connection, buffer, NONE)).contains(5);
                assertThat(buffer).startsWith("hello".getBytes(StandardCharsets.UTF_8));
                SocketCalls.shutdown(client, Sockets.SHUT_WR);
                assertThat(SocketCalls.receive(DOING, connection, buffer, NONE)).contains(0);
                assertThat(SocketCalls.peerName(client)).isEqualTo(SocketCalls.localName(server));
            }
        }
    }

    @Test
    void passesDescriptorsThatAreClosedByExec() throws Exception {
        List<Descriptor> pair = Kernel.socketPair("a test");
        try (Descriptor left = pair.get(0);
                Descriptor right = pair.get(1);
                Descriptor file = Kernel.open(DOING, "/etc/passwd", Fcntl.O_RDONLY)) {
            DescriptorCalls.sendDescriptors(DOING, left, new byte[] {7}, List.of(file, left));

            DescriptorCalls.Received received =
                    DescriptorCalls.receiveDescriptors(DOING, right, 10).orElseThrow();

            assertThat(received.content()).containsExactly(7);
            assertThat(received.descriptors()).hasSize(2);
            try (Descriptor first = received.descriptors().get(0);
                    Descriptor second = received.descriptors().get(1)) {
                assertThat(first.path().toRealPath()).isEqualTo(Path.of("/etc/passwd"));
                assertThat(Kernel.fcntl(DOING, second, new Constant("F_GETFD", 1), NONE))
                        .isEqualTo(Fcntl.FD_CLOEXEC.value());
            }
        }
    }

    @Test
    void setsAndReadsOptions() {
        try (Descriptor socket = socket()) {
            SocketCalls.setOption(DOING, socket, Sockets.SOL_SOCKET, Sockets.SO_PASSCRED, 1);
            assertThat(SocketCalls.option(DOING, socket, Sockets.SOL_SOCKET, Sockets.SO_PASSCRED))
                    .isEqualTo(1);
            assertThatThrownBy(() -> SocketCalls.setOption(DOING, socket, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, 1))
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP))
                    .hasMessageContaining("setsockopt(")
                    .hasMessageContaining("IPPROTO_TCP, TCP_NODELAY");
        }
    }

    @Test
    void tellsTheLengthOfADatagramThatDidNotFit() {
        List<Descriptor> pair = Kernel.socketPair("a test");
        try (Descriptor left = pair.get(0);
                Descriptor right = pair.get(1)) {
            SocketCalls.send(DOING, left, new byte[100], 0, 100);

            assertThat(SocketCalls.receive(DOING, right, new byte[10], Sockets.MSG_TRUNC))
                    .contains(100);
        }
    }

    @Test
    void aConnectionToNobodyIsAnError(@TempDir Path directory) {
        byte[] name = SocketName.unix(directory.resolve("nobody").toString());
        try (Descriptor client = socket()) {
            assertThatThrownBy(() -> SocketCalls.connect(DOING, client, name))
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        }
    }
}
