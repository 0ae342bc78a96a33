package io.carrel.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test needs controllers of cgroups. Newer kernels have some on v2 only: on a host of theirs without v2 what the
 * test does must be refused, by an error that names the first of them.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsControllerInterceptor.class)
public @interface NeedsController {

    /** Names as the kernel has them; one of which the test learns first comes first. */
    String[] value();
}
