package io.carrel.cgroups.internal.devices;

import static io.carrel.cgroups.internal.devices.Rules.policy;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceProgramTest {

    @Test
    void asksTheRulesFromTheLastToTheFirst() {
        assertThat(DeviceProgram.of(policy("deny a", "c 1:3 rwm", "b 8:* rw", "deny b 8:16 w"))
                        .listing())
                .isEqualTo("""
                       0  r2 = *(u32 *)(r1 + 0)
                       1  r3 = r2
                       2  r2 &= 65535
                       3  r3 >>= 16
                       4  r4 = *(u32 *)(r1 + 4)
                       5  r5 = *(u32 *)(r1 + 8)
                       6  r6 = r2
                       7  r6 ^= 1
                       8  r7 = r4
                       9  r7 ^= 8
                      10  r6 |= r7
                      11  r7 = r5
                      12  r7 ^= 16
                      13  r6 |= r7
                      14  if r6 != 0 goto 16
                      15  if r3 & 4 goto 35
                      16  r6 = r2
                      17  r6 ^= 1
                      18  r7 = r4
                      19  r7 ^= 8
                      20  r6 |= r7
                      21  if r6 != 0 goto 24
                      22  r3 &= -7
                      23  if r3 == 0 goto 37
                      24  r6 = r2
                      25  r6 ^= 2
                      26  r7 = r4
                      27  r7 ^= 1
                      28  r6 |= r7
                      29  r7 = r5
                      30  r7 ^= 3
                      31  r6 |= r7
                      32  if r6 != 0 goto 35
                      33  r3 &= -8
                      34  if r3 == 0 goto 37
                      35  r0 = 0
                      36  exit
                      37  r0 = 1
                      38  exit
                    """);
    }

    @Test
    void hasNoVerdictThatNothingLeadsTo() {
        assertThat(DeviceProgram.of(policy("deny a")).listing())
                .endsWith("   5  r5 = *(u32 *)(r1 + 8)\n   6  r0 = 0\n   7  exit\n");
    }
}
