package io.carrel.fs.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccountFileTest {

    @Test
    void readsUsersAndPassesOverWhatIsNone() {
        String passwd = """
                root:x:0:0:root:/root:/bin/bash
                # app:x:1:1::/:
                :x:2:2::/:
                app:x:one:1::/:
                app:x:1::/:
                app:x:4294967296:1::/:
                app:x:-1:1::/:
                +
                  caf\u00e9:x:70000:4294967294
                app:x:33:44:App:/srv
                """;

        assertThat(AccountFile.users(passwd.getBytes(UTF_8)))
                .containsExactly(
                        new AccountFile.Account("root", 0, 0, "/root"),
                        new AccountFile.Account("caf\u00e9", 70000, 4294967294L, ""),
                        new AccountFile.Account("app", 33, 44, "/srv"));
    }

    @Test
    void readsGroupsAndPassesOverWhatIsNone() {
        assertThat(AccountFile.groups("a:x:1\nb:x\nc:x:c:app\nd:x:2:app, root,\n\0\n".getBytes(UTF_8)))
                .containsExactly(
                        new AccountFile.Group("a", 1, List.of()),
                        new AccountFile.Group("d", 2, List.of("app", "root")));
    }

    @Test
    void anIdHasDigitsAlone() {
        assertThat(AccountFile.id("0010")).contains(10L);
        assertThat(List.of("", "1.", "+1", "0x1", "4294967295", "99999999999"))
                .allMatch(text -> AccountFile.id(text).isEmpty());
    }
}
