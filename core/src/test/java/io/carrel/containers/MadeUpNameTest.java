package io.carrel.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MadeUpNameTest {

    @Test
    void eachIsANameThatNobodyHas() {
        Random random = new Random(1);
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            String name = MadeUpName.besides(taken, random);
            assertThat(taken.add(name)).as(name).isTrue();
            assertThat(ContainerDescription.of(List.of("true")).withName(name).name())
                    .isEqualTo(name);
        }
        assertThat(taken)
                .anyMatch(name -> name.matches("[a-z]+_[a-z]+"))
                .anyMatch(name -> name.matches("[a-z]+_[a-z]+2"));
    }
}
