package io.carrel.containers;

import io.carrel.fs.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Another JVM, which registers a container by the name in each line that it reads, and says what came of it. */
final class RegisterMain {

    private RegisterMain() {}

    public static void main(String[] arguments) throws IOException {
        Containers containers = Containers.open(new Storage(Path.of(arguments[0])));
        BufferedReader names = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (String name = names.readLine(); name != null; name = names.readLine()) {
            try {
                containers.register(
                        ContainerDescription.of(List.of("sleep", "1")).withName(name));
                System.out.println("registered");
            } catch (NameInUseException e) {
                System.out.println("in use by " + e.other().holder().pid());
            }
        }
    }
}
