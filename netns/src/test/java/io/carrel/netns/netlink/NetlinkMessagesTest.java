package io.carrel.netns.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.RefusedContentException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.RtNetlink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetlinkMessagesTest {

    private static final Constant NONE = Constant.of(0);

    private static Request veth() {
        return Request.of(RtNetlink.RTM_NEWLINK, Netlink.NLM_F_CREATE.or(Netlink.NLM_F_EXCL))
                .bytes(new byte[16])
                .text(RtNetlink.IFLA_IFNAME, "v0")
                .nest(RtNetlink.IFLA_LINKINFO)
                .text(RtNetlink.IFLA_INFO_KIND, "veth")
                .end();
    }

    /** Captured from {@code ip link add v0 type veth}, but for flags of nesting, which it does not set. */
    @Test
    void writesAMessageByteForByte() {
        String expected = "3c000000" + "1000" + "0506" + "07000000" + "00000000" // header
                + "00".repeat(16) // ifinfomsg
                + "0700" + "0300" + "763000" + "00" // v0
                + "1000" + "1280" + "0900" + "0100" + "7665746800" + "000000"; // veth
        byte[] bytes = veth().toBytes(7, Netlink.NLM_F_ACK);

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(expected.replace("3c000000", "%02x000000".formatted(bytes.length)));
        assertThat(bytes).hasSize(16 + 16 + 8 + 16);
    }

    @Test
    void readsWhatItWrites() {
        byte[] bytes = veth().u8(RtNetlink.IFLA_OPERSTATE, 6)
                .u16(RtNetlink.IFLA_VLAN_ID, 0xfffe)
                .u32(RtNetlink.IFLA_MTU, 0xfffffffeL)
                .be32(RtNetlink.IFLA_GROUP, 0x01020304)
                .toBytes(1, NONE);

        List<Reply> replies = Reply.parse(bytes, bytes.length);

        assertThat(replies).hasSize(1);
        Attributes attributes = replies.get(0).attributes(16);
        assertThat(attributes.text(RtNetlink.IFLA_IFNAME)).contains("v0");
        assertThat(attributes.nested(RtNetlink.IFLA_LINKINFO).text(RtNetlink.IFLA_INFO_KIND))
                .contains("veth");
        assertThat(attributes.u8(RtNetlink.IFLA_OPERSTATE)).contains(6);
        assertThat(attributes.u16(RtNetlink.IFLA_VLAN_ID)).contains(0xfffe);
        assertThat(attributes.u32(RtNetlink.IFLA_MTU)).contains(0xfffffffeL);
        assertThat(attributes.be32(RtNetlink.IFLA_GROUP)).contains(0x01020304L);
        assertThat(attributes.has(RtNetlink.IFLA_MASTER)).isFalse();
    }

    @Test
    void refusesLengthsThatLeadOut() {
        for (int claimed : List.of(0, 3, 9, 0xffff)) {
            ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            buffer.putShort(0, (short) claimed);
            assertThatThrownBy(() -> Attributes.parse(buffer))
                    .isInstanceOf(RefusedContentException.class)
                    .hasMessageContaining("claims " + claimed + " bytes of 8");
        }
        byte[] message = veth().toBytes(1, NONE);
        for (int claimed : List.of(0, 15, message.length + 1, -1)) {
            byte[] forged = message.clone();
            ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN).putInt(0, claimed);
            assertThatThrownBy(() -> Reply.parse(forged, forged.length)).isInstanceOf(RefusedContentException.class);
        }
    }

    @Test
    void noByteThatIsChangedOrMissingLeadsOut() {
        byte[] message = veth().u32(RtNetlink.IFLA_MTU, 1).toBytes(1, NONE);
        Random random = new Random(5);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] forged = Arrays.copyOf(message, random.nextInt(message.length + 1));
            for (int i = 0; i < 1 + random.nextInt(3) && forged.length > 0; i++) {
                forged[random.nextInt(forged.length)] = (byte) random.nextInt();
            }
            try {
                for (Reply reply : Reply.parse(forged, forged.length)) {
                    Attributes attributes = reply.attributes(16);
                    attributes.nested(RtNetlink.IFLA_LINKINFO).text(RtNetlink.IFLA_INFO_KIND);
                    attributes.u32(RtNetlink.IFLA_MTU);
                }
            } catch (RefusedContentException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1, 19_999);
    }

    @Test
    void anAttributeIsNeverLongerThanItsLengthCanSay() {
        assertThat(Request.of(RtNetlink.RTM_NEWLINK, NONE)
                        .attribute(RtNetlink.IFLA_IFALIAS, new byte[0xffff - 4])
                        .size())
                .isEqualTo(16 + 0x10000);
        assertThatThrownBy(() ->
                        Request.of(RtNetlink.RTM_NEWLINK, NONE).attribute(RtNetlink.IFLA_IFALIAS, new byte[0xffff - 3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("IFLA_IFALIAS");
    }

    @Test
    void namesTheAttributeThatTheKernelMeans() {
        Request request = veth();
        byte[] error = Request.of(Netlink.NLMSG_ERROR, Netlink.NLM_F_CAPPED.or(Netlink.NLM_F_ACK_TLVS))
                .bytes(new byte[] {-17, -1, -1, -1})
                .bytes(new byte[16])
                .text(Netlink.NLMSGERR_ATTR_MSG, "no such luck")
                .u32(Netlink.NLMSGERR_ATTR_OFFS, 40)
                .toBytes(1, NONE);

        SyscallException refused = Refusal.of(
                        "Cannot do it",
                        request,
                        Reply.parse(error, error.length).get(0))
                .orElseThrow();

        assertThat(refused)
                .hasMessage("Cannot do it: netlink(RTM_NEWLINK, NLM_F_CREATE|NLM_F_EXCL) failed with EEXIST (17).\n"
                        + "The kernel says: no such luck. It means IFLA_LINKINFO.");
    }
}
