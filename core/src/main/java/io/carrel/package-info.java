/**
 * Containers: commands that run isolated from their host.
 *
 * <pre>{@code
 * ContainerResult result = Container.builder().command("id").build().run();
 * }</pre>
 */
@org.jspecify.annotations.NullMarked
package io.carrel;
