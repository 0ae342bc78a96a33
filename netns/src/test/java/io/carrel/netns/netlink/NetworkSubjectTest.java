package io.carrel.netns.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkSubjectTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        FIREWALL | openat | EPERM | Changing a network takes CAP_NET_ADMIN in the user namespace that owns it: run as root.
        FIREWALL | openat | EPROTONOSUPPORT | The kernel has no nftables for this: load the modules nfnetlink, nf_tables, nft_chain_nat, nft_nat, nft_masq, nft_ct and nft_fib_inet.
        FIREWALL | openat | EOPNOTSUPP | The kernel has no nftables for this: load the modules nfnetlink, nf_tables, nft_chain_nat, nft_nat, nft_masq, nft_ct and nft_fib_inet.
        FIREWALL | openat | EAFNOSUPPORT | The kernel has no nftables for this: load the modules nfnetlink, nf_tables, nft_chain_nat, nft_nat, nft_masq, nft_ct and nft_fib_inet.
        NETWORK | openat | EPERM | Changing a network takes CAP_NET_ADMIN in the user namespace that owns it: run as root.
        """)
    void tellsWhatToDo(NetworkSubject subject, String call, String errno, String remedy) {
        assertThat(new SetupException("do it", call, "", Errno.named(errno), subject).remedy())
                .contains(remedy);
    }
}
