package io.carrel.linux.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketNameTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 8080, 02001f90c00002010000000000000000",
        "2001:db8::1, 53, 0a0000350000000020010db800000000000000000000000100000000"
    })
    void writesAndReadsInternetAddresses(String address, int port, String bytes) throws Exception {
        InetSocketAddress where = new InetSocketAddress(InetAddress.getByName(address), port);

        byte[] name = SocketName.internet(where);

        assertThat(HexFormat.of().formatHex(name)).isEqualTo(bytes);
        assertThat(SocketName.toInternet(name)).isEqualTo(where);
    }

    @Test
    void writesNetlinkAndUnixNames() {
        assertThat(SocketName.netlink(0x01020304, 5)).containsExactly(16, 0, 0, 0, 4, 3, 2, 1, 5, 0, 0, 0);
        assertThat(SocketName.unix("/s")).containsExactly(1, 0, '/', 's', 0);
        assertThat(SocketName.unixAbstract("s")).containsExactly(1, 0, 0, 's');
    }

    @Test
    void refusesWhatIsNoInternetAddress() {
        assertThatThrownBy(() -> SocketName.toInternet(new byte[3])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SocketName.toInternet(SocketName.unix("/a/long/enough/path")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SocketName.unix("x".repeat(108))).isInstanceOf(IllegalArgumentException.class);
    }
}
