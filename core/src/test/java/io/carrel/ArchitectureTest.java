package io.carrel;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.carrel.linux.DirectoryListing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The layout of docs/adr/0001-module-directions.md, as rules over the compiled classes of all modules. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.carrel");

    @ParameterizedTest
    @CsvSource({
        "io.carrel.linux..,      io.carrel.linux..",
        "io.carrel.namespaces.., io.carrel.linux..",
        "io.carrel.cgroups..,    io.carrel.linux..",
        "io.carrel.netns..,      io.carrel.linux.. io.carrel.namespaces..",
        "io.carrel.fs..,         io.carrel.linux..",
        "io.carrel.images..,     io.carrel.linux.. io.carrel.fs..",
    })
    void dependsOnlyOnWhatLiesBelow(String module, String below) {
        DescribedPredicate<JavaClass> allowed = resideInAPackage(module).or(resideInAnyPackage(below.split(" ", -1)));
        noClasses()
                .that(resideInAPackage(module))
                .should()
                .dependOnClassesThat(resideInAPackage("io.carrel..").and(not(allowed)))
                .allowEmptyShould(true) // modules without classes yet
                .check(CLASSES);
    }

    /** Whoever only isolates commands needs no JSON, no zstd and no tar. */
    @Test
    void containersDoWithoutImages() {
        noClasses()
                .that(resideInAnyPackage("io.carrel", "io.carrel.internal.."))
                .should()
                .dependOnClassesThat(resideInAPackage("io.carrel.images.."))
                .check(CLASSES);
    }

    @Test
    void modulesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("io.carrel.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    /** Each package can be read after those that it uses. */
    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return SliceIdentifier.of(type.getPackageName());
                    }

                    @Override
                    public String getDescription() {
                        return "packages";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    /** They need a thread of the JDK's, and complete on it or on the application's pool. */
    @ParameterizedTest
    @ValueSource(strings = {"completeOnTimeout", "orTimeout", "delayedExecutor"})
    void nothingWaitsOnTheTimerOfAllFutures(String method) {
        noClasses()
                .should()
                .callMethodWhere(target(nameMatching(method)).and(target(owner(type(CompletableFuture.class)))))
                .check(CLASSES);
    }

    /** Shared networks are changed by several JVMs: only by what the lock hands out, or by methods that ask for who has it. */
    @Test
    void sharedNetworksChangeOnlyUnderTheirLock() {
        DescribedPredicate<JavaClass> holders = nameMatching(
                        "io.carrel.netns.bridge.(LockedNetworks|BridgeHost|Cable|Bridges|DefaultRoutes|AddressLeases?)")
                .forSubtype();
        DescribedPredicate<JavaClass> bridges = resideInAPackage("io.carrel.netns.bridge");
        noClasses()
                .that(bridges.and(not(holders)))
                .should()
                .callMethodWhere(
                        target(owner(nameMatching("io.carrel.netns.(Links|Changes|Routes|Addresses|nft.Firewall)")))
                                .and(target(not(nameMatching("open|close|list|find|named|to|of")))))
                .orShould()
                .callMethodWhere(target(owner(nameMatching(".*.state.StateFile")))
                        .and(target(nameMatching("write|create|delete"))))
                .check(CLASSES);
        noClasses()
                .that(bridges.and(
                        not(nameMatching(".*.(LockedNetworks|Networks)").forSubtype())))
                .should()
                .callConstructorWhere(
                        target(owner(nameMatching("io.carrel.netns.bridge.(LockedNetworks|Cable|Bridges)"))))
                .check(CLASSES);
    }

    /** It is the application's. Without an executor these take it, as does the parallel work of streams. */
    @Test
    void nothingRunsOnTheCommonPool() {
        DescribedPredicate<JavaMethodCall> takesNone = DescribedPredicate.describe(
                "take no executor",
                call -> call.getTarget().getRawParameterTypes().stream()
                        .noneMatch(type -> type.isEquivalentTo(Executor.class)));
        noClasses()
                .should()
                .callMethodWhere(takesNone
                        .and(target(nameMatching(".*Async")))
                        .and(target(owner(resideInAnyPackage("java.util.concurrent", "org.xbill.DNS")))))
                .orShould()
                .callMethodWhere(target(nameMatching("parallel|parallelStream|commonPool")))
                .check(CLASSES);
    }

    /** What fails while they are read these throw unchecked. */
    @Test
    void onlyOneClassReadsTheStreamsOfDirectories() {
        noClasses()
                .that(not(type(DirectoryListing.class)))
                .should()
                .callMethodWhere(target(nameMatching("list|walk|find|lines|newDirectoryStream"))
                        .and(target(owner(nameMatching("java.(nio.file.Files|io.BufferedReader)")))))
                .check(CLASSES);
    }

    /** What fails below an exported method is one of the family of ContainerException. */
    @Test
    void errorsOfFilesAreContainerExceptions() {
        noClasses()
                .should()
                .callConstructorWhere(target(owner(type(UncheckedIOException.class))))
                .check(CLASSES);
    }

    /**
     * Who waits for a future gets what it failed with, and not the CompletionException around it: {@code get} makes the compiler ask
     * for that, {@code join} does not. These wait for ends, and for streams to be ready, which nothing fails.
     */
    @Test
    void noCompletionExceptionLeaves() {
        DescribedPredicate<JavaClass> waitForWhatNeverFails = oneOf(
                "io.carrel.linux.launch.(PipeInput|PipeOutput|ExecProcess|StreamedProcess)",
                "io.carrel.images.layers.LayerApplier",
                "io.carrel.(Container|ContainerExec|ContainerProcess)",
                "io.carrel.internal.(start.StartSteps|step.Launched|subordinate.AsRoot|run.Outcome|cgroup.CgroupStep)");
        DescribedPredicate<JavaMethodCall> isNotTranslated = DescribedPredicate.describe(
                "stand in no try with a catch of CompletionException",
                call -> call.getOwner().getTryCatchBlocks().stream()
                        .filter(block -> block.getCaughtThrowables().stream()
                                .anyMatch(type -> type.isEquivalentTo(CompletionException.class)))
                        .noneMatch(
                                block -> block.getAccessesContainedInTryBlock().contains(call)));
        noClasses()
                .that(not(waitForWhatNeverFails))
                .should()
                .callMethodWhere(isNotTranslated
                        .and(target(nameMatching("join|getNow|resultNow|invoke|invokeAll")))
                        .and(target(owner(resideInAPackage("java.util.concurrent")))))
                .check(CLASSES);
    }

    /** So that it can be seen which ones never do. */
    @Test
    void fewFuturesFail() {
        DescribedPredicate<JavaClass> translatedWhereTheyAreAwaited = oneOf(
                "io.carrel.linux.(binding.LockWait|launch.AwaitedTask|launch.Execs|launch.SocketExec)",
                "io.carrel.images.layers.LayerApplier",
                "io.carrel.netns.(relay.Loop|dns.Forwarders|dns.ForwardedQuestion|egress.Upstream|egress.Callers)",
                "io.carrel.internal.(run.Capture|cgroup.CgroupStep)");
        noClasses()
                .that(not(translatedWhereTheyAreAwaited))
                .should()
                .callMethodWhere(target(nameMatching(
                                "completeExceptionally|obtrudeException|failedFuture|failedStage|supplyAsync|runAsync"))
                        .and(target(owner(resideInAPackage("java.util.concurrent")))))
                .check(CLASSES);
    }

    /** One of these classes, or a class within one. */
    private static DescribedPredicate<JavaClass> oneOf(String... names) {
        return nameMatching("(%s)([$].*)?".formatted(String.join("|", names))).forSubtype();
    }

    @Test
    void onlyTheBindingUsesJna() {
        noClasses()
                .that(resideInAPackage("io.carrel..").and(not(resideInAPackage("io.carrel.linux.binding.."))))
                .should()
                .dependOnClassesThat(resideInAPackage("com.sun.jna.."))
                .check(CLASSES);
    }

    @Test
    void exportedSignaturesShowOnlyWhatIsExported() throws IOException {
        Set<String> exported = exportedPackages();
        assertThat(exported).contains("io.carrel", "io.carrel.linux", "io.carrel.namespaces");

        DescribedPredicate<JavaClass> hidden = resideInAnyPackage("com.sun.jna..", "com.google..")
                .or(resideInAPackage("io.carrel..").and(not(resideInAnyPackage(exported.toArray(String[]::new)))))
                .as("belong to JNA, Guava or a package that is not exported to everybody");
        classes()
                .that(resideInAnyPackage(exported.toArray(String[]::new)))
                .should(notMentionInSignatures(hidden))
                .check(CLASSES);
    }

    /** What the module descriptors of all Carrel modules export to everybody. */
    private static Set<String> exportedPackages() throws IOException {
        Set<String> packages = new HashSet<>();
        ClassLoader loader = ArchitectureTest.class.getClassLoader();
        for (URL url : Collections.list(loader.getResources("module-info.class"))) {
            try (InputStream descriptor = url.openStream()) {
                ModuleDescriptor module = ModuleDescriptor.read(descriptor);
                if (module.name().startsWith("io.carrel")) {
                    module.exports().stream()
                            .filter(export -> !export.isQualified())
                            .map(ModuleDescriptor.Exports::source)
                            .forEach(packages::add);
                }
            }
        }
        return packages;
    }

    private static ArchCondition<JavaClass> notMentionInSignatures(DescribedPredicate<JavaClass> hidden) {
        return new ArchCondition<>("not mention in signatures classes that " + hidden.getDescription()) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!isVisible(type)) {
                    return;
                }
                Stream<JavaType> supertypes =
                        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
                report(type, Stream.concat(supertypes, type.getTypeParameters().stream()), type.getFullName(), events);
                type.getMembers().stream()
                        .filter(ArchitectureTest::isVisible)
                        .forEach(member -> report(type, signature(member), member.getFullName(), events));
            }

            private void report(JavaClass type, Stream<JavaType> mentioned, String where, ConditionEvents events) {
                Set<String> found = mentioned
                        .flatMap(mention -> mention.getAllInvolvedRawTypes().stream())
                        .map(JavaClass::getBaseComponentType)
                        .filter(hidden)
                        .map(JavaClass::getName)
                        .collect(toSet());
                if (!found.isEmpty()) {
                    events.add(SimpleConditionEvent.violated(type, where + " mentions " + found));
                }
            }
        };
    }

    private static Stream<JavaType> signature(JavaMember member) {
        if (member instanceof JavaCodeUnit code) {
            Stream<JavaType> input =
                    Stream.concat(code.getParameterTypes().stream(), code.getTypeParameters().stream());
            Stream<JavaType> thrown = code.getExceptionTypes().stream().map(JavaType.class::cast);
            return Stream.concat(Stream.of(code.getReturnType()), Stream.concat(input, thrown));
        }
        return member instanceof JavaField field ? Stream.of(field.getType()) : Stream.of();
    }

    private static boolean isVisible(JavaClass type) {
        return isVisible(type.getModifiers())
                && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
    }

    private static boolean isVisible(JavaMember member) {
        return isVisible(member.getModifiers());
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }
}
