package io.carrel.cgroups;

import org.junit.jupiter.api.Tag;

/** With all that the host has mounted. */
@Tag("root")
class CgroupRootTest extends CgroupContract {

    CgroupRootTest() {
        super(Cgroups.detect());
    }
}
