package io.carrel.netns.netlink;

import static io.carrel.linux.Remedies.NONE;

import io.carrel.linux.Errno;
import io.carrel.linux.Remedies;
import io.carrel.linux.Subject;

/** What of a network is being changed. */
public enum NetworkSubject implements Subject {
    /** Links, addresses and routes. */
    NETWORK(NONE.failing(Errno.EPERM).advise(NetworkSubject.NEEDS_CAPABILITY)),
    /** Rules of the firewall. */
    FIREWALL(NONE.failing(Errno.EPERM)
            .advise(NetworkSubject.NEEDS_CAPABILITY)
            .failing(Errno.EOPNOTSUPP, Errno.named("EAFNOSUPPORT"), Errno.named("EPROTONOSUPPORT"))
            .advise("The kernel has no nftables for this: load the modules nfnetlink, nf_tables, nft_chain_nat,"
                    + " nft_nat, nft_masq, nft_ct and nft_fib_inet."));

    private static final String NEEDS_CAPABILITY =
            "Changing a network takes CAP_NET_ADMIN in the user namespace that owns it: run as root.";

    private final Remedies remedies;

    NetworkSubject(Remedies remedies) {
        this.remedies = remedies;
    }

    @Override
    public Remedies remedies() {
        return remedies;
    }
}
