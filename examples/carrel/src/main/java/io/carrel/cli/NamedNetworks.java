package io.carrel.cli;

import io.carrel.linux.ContainerException;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.Namespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Network namespaces with a name, where {@code ip netns} has them. */
final class NamedNetworks {

    static final Path DIRECTORY = Path.of("/run/netns");

    private NamedNetworks() {}

    /** The names of this namespace, in order. */
    static List<String> namesOf(Namespace network) {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> isName(name, network))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException nobodyHasMadeOne) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + DIRECTORY + ": " + Reason.of(e), e);
        }
    }

    /** Files that are no namespaces are left over from something; they name nothing. */
    private static boolean isName(String name, Namespace network) {
        try (Namespace named = Namespaces.named(name)) {
            return named.isSameAs(network);
        } catch (ContainerException | IllegalArgumentException noNamespace) {
            return false;
        }
    }
}
