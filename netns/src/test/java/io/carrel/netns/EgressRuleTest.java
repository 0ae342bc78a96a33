package io.carrel.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressRuleTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "repo.example.org",
                "*.example.net",
                "git.example.org:22",
                "git.example.org:22,443",
                "localhost:1"
            })
    void isWrittenAsItWasRead(String text) {
        assertThat(EgressRule.parse(text)).hasToString(text);
    }

    @Test
    void allowsTheWebWhereNoPortIsGiven() {
        Egress egress = Egress.allow("Repo.Example.org", "*.example.net:8443");
        assertThat(egress.allows("repo.example.org", 443)).isTrue();
        assertThat(egress.allows("repo.example.org", 80)).isTrue();
        assertThat(egress.allows("repo.example.org", 22)).isFalse();
        assertThat(egress.allows("a.b.example.net", 8443)).isTrue();
        assertThat(egress.allows("a.b.example.net", 443)).isFalse();
        assertThat(egress.ports("a.example.net")).containsExactly(8443);
    }

    @Test
    void aStarStandsForWhatIsBelowAndForNothingElse() {
        Egress egress = Egress.allow("*.example.net");
        assertThat(egress.allows("a.example.net")).isTrue();
        assertThat(egress.allows("example.net")).isFalse();
        assertThat(egress.allows("evilexample.net")).isFalse();
        assertThat(egress.allows(".example.net")).isFalse();
        assertThat(egress.allows("a..example.net")).isFalse();
        assertThat(egress.allows("a.example.net.evil.org")).isFalse();
        assertThat(egress.allows("a b.example.net")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "*.",
                "*.*.org",
                "a.*.org",
                "http://example.org",
                "example.org/",
                "example..org",
                "-a.org",
                "10.1.2.3",
                "[::1]:80",
                "example.org:",
                "example.org:0",
                "example.org:65536",
                "example.org:80-90",
                "example.org:80,",
                "exa mple.org",
                "exämple.org"
            })
    void refusesWhatIsNoName(String text) {
        assertThatThrownBy(() -> EgressRule.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
