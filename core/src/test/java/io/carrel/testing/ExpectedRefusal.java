package io.carrel.testing;

import io.carrel.linux.KernelVersion;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/**
 * Decides about {@link NeedsKernel}: on too old a kernel the test is skipped if it fails for the documented reason, and
 * else fails.
 */
final class ExpectedRefusal implements InvocationInterceptor {

    private static final ExtensionContext.Namespace OWN = ExtensionContext.Namespace.create(ExpectedRefusal.class);

    /** What each test begins with may be what is refused. Then there is no test, and nothing to clean up after it. */
    @Override
    public void interceptBeforeEachMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        try {
            invocation.proceed();
        } catch (Throwable refusal) {
            KernelFeature feature = feature(context);
            if (feature.isPresent() || !feature.isExplainedBy(refusal)) {
                throw refusal;
            }
            context.getStore(OWN).put(OWN, refusal);
        }
    }

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        if (isRefused(context)) {
            invocation.skip();
            throw refused(feature(context));
        }
        proceed(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        interceptTestMethod(invocation, method, context);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        if (isRefused(context)) {
            invocation.skip();
        } else {
            invocation.proceed();
        }
    }

    private static boolean isRefused(ExtensionContext context) {
        return context.getStore(OWN).get(OWN) != null;
    }

    private static KernelFeature feature(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), NeedsKernel.class)
                .or(() -> AnnotationSupport.findAnnotation(context.getTestClass(), NeedsKernel.class))
                .orElseThrow()
                .value();
    }

    /** A factory that starts something itself makes no tests where that is refused. */
    @Override
    public <T extends @Nullable Object> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        return proceed(invocation, context);
    }

    private static <T extends @Nullable Object> T proceed(Invocation<T> invocation, ExtensionContext context)
            throws Throwable {
        KernelFeature feature = feature(context);
        if (feature.isPresent()) {
            return invocation.proceed();
        }
        try {
            invocation.proceed();
        } catch (Throwable refusal) {
            throw feature.isExplainedBy(refusal) ? refused(feature) : refusal;
        }
        throw new AssertionError("this kernel is too old for " + feature + ", yet nothing was refused");
    }

    /** ci/kernels knows these words. */
    private static TestAbortedException refused(KernelFeature feature) {
        return new TestAbortedException(
                "refused as documented: Linux " + KernelVersion.current() + " is too old for " + feature);
    }
}
