package io.carrel.internal;

import io.carrel.linux.program.Data;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import java.nio.charset.StandardCharsets;

/** Brings up {@code lo}, which is down in a new network namespace. */
record Loopback(ProgramBuilder program) {

    private static final int IFNAMSIZ = 16;
    private static final int IFREQ_SIZE = 40;

    void up() {
        String step = "bring up lo";
        Operand socket = program.call(
                        step,
                        Syscall.SOCKET,
                        Operand.of(Sockets.AF_INET),
                        Operand.of(Sockets.SOCK_DGRAM.or(Sockets.SOCK_CLOEXEC)),
                        Operand.of(0))
                .result("SOCKET");
        byte[] name = "lo".getBytes(StandardCharsets.US_ASCII);
        byte[] request = Struct.ofSize(IFREQ_SIZE)
                .bytes(name)
                .skip(IFNAMSIZ - name.length)
                .u16(Sockets.IFF_UP.value())
                .toBytes();
        program.call(
                step,
                Syscall.IOCTL,
                socket,
                Operand.of(Sockets.SIOCSIFFLAGS),
                Data.struct("{\"lo\", IFF_UP}", request).address());
    }
}
