package io.carrel.internal.cgroup;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.CgroupTemplate;
import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Descriptor;
import io.carrel.linux.launch.HostThreads;
import io.carrel.outcome.HostStage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step that makes a container's cgroup: on a thread of its own, since the calling one is about to wait for the
 * kernel to start the launcher. It has failed when its future has. Immutable.
 */
public final class CgroupStep {

    private static final Logger LOG = LoggerFactory.getLogger(CgroupStep.class);

    private final HostStep<CompletableFuture<ContainerCgroup>> step;

    public CgroupStep(CgroupTemplate template, @Nullable CgroupOwner owner) {
        step = HostStep.of(
                HostStage.MAKE_CGROUP,
                HostStep.Moment.BEFORE,
                describe(template, owner),
                start -> begin(() -> ContainerCgroup.open(template, owner)),
                CgroupStep::remove);
    }

    private static List<String> describe(CgroupTemplate template, @Nullable CgroupOwner owner) {
        ImmutableList.Builder<String> lines = ImmutableList.builder();
        lines.addAll(template.describe(ContainerCgroup.NEW));
        if (owner != null && owner.isOther()) {
            lines.add("give %s to user %d and group %d".formatted(ContainerCgroup.NEW, owner.uid(), owner.gid()));
        }
        return lines.add("let the launcher into " + ContainerCgroup.NEW).build();
    }

    private static CompletableFuture<ContainerCgroup> begin(Supplier<ContainerCgroup> work) {
        return CompletableFuture.supplyAsync(work, HostThreads.executor());
    }

    /**
     * If it was made, whether anybody has asked for it or not. That it stays until this JVM's end is no failure of the
     * command's.
     */
    private static void remove(CompletableFuture<ContainerCgroup> making) {
        if (making.handle((made, failure) -> failure != null).join()) {
            return;
        }
        try {
            making.join().close();
        } catch (ContainerException e) {
            LOG.warn("The cgroup of a container that has ended stays", e);
        }
    }

    public HostStep<?> step() {
        return step;
    }

    /**
     * What lets a process into the group, as soon as that is there.
     *
     * @param back whether the first process goes back to this JVM's groups
     */
    public CompletableFuture<List<Descriptor>> entrances(HostResources start, boolean back) {
        return start.of(step).thenApply(group -> group.openEntrances(back)).whenComplete((opened, failure) -> {
            if (failure != null) {
                step.noteIn(cause(failure));
            }
        });
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** The group, which is there when the container runs. */
    public ContainerCgroup of(HostResources start) {
        return start.of(step).join();
    }
}
