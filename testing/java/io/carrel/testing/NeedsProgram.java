package io.carrel.testing;

import io.carrel.linux.uapi.Processor;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test runs programs of the host. Where one is missing the test is skipped; in CI (environment CI=true) it fails.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsProgramCondition.class)
public @interface NeedsProgram {

    /** Names that are looked up along PATH. */
    String[] value();

    /** On these processors the test can do without. */
    Processor[] exceptOn() default {};
}
