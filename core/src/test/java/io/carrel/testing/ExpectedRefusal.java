package io.carrel.testing;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides about {@link NeedsKernel}: on too old a kernel the test passes if it fails for the documented reason. */
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
        } else {
            proceed(invocation, context);
        }
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
    @SuppressWarnings("unchecked") // our factories make lists
    public <T extends @Nullable Object> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        return proceed(invocation, context).orElseGet(() -> (T) List.of());
    }

    /** The result, none if it was refused as it must be. */
    private static <T extends @Nullable Object> Optional<T> proceed(Invocation<T> invocation, ExtensionContext context)
            throws Throwable {
        KernelFeature feature = feature(context);
        if (feature.isPresent()) {
            return Optional.ofNullable(invocation.proceed());
        }
        try {
            invocation.proceed();
        } catch (Throwable refusal) {
            if (!feature.isExplainedBy(refusal)) {
                throw refusal;
            }
            return Optional.empty();
        }
        throw new AssertionError("this kernel is too old for " + feature + ", yet nothing was refused");
    }
}
