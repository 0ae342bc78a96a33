package io.carrel.netns.nft;

import java.util.ArrayList;
import java.util.List;

/**
 * A published port as an element of the table's maps.
 *
 * @param forward which port leads where
 */
record ForwardElement(Forward forward) {

    /** The map that has it. */
    SetType map() {
        Family family = forward.isIpv4() ? Family.FOUR : Family.SIX;
        return forward.where().isPresent() ? family.portsAt() : family.ports();
    }

    /** By what it is found there. */
    Element key() {
        List<byte[]> fields = new ArrayList<>();
        fields.add(Element.protocol(forward.protocol().value()));
        forward.where().map(Element::address).ifPresent(fields::add);
        fields.add(Element.port(forward.port()));
        return Element.of(fields.toArray(byte[][]::new));
    }

    /** What it leads to. */
    Element leadingTo() {
        return key().leadingTo(target());
    }

    private byte[] target() {
        return Element.of(Element.address(forward.target()), Element.port(forward.targetPort()))
                .key();
    }
}
