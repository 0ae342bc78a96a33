/**
 * Control groups: limits that hold and meters that tell the truth, on v1, v2 and hybrid hosts. Start with
 * {@link io.carrel.cgroups.Cgroups#detect()}.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups;
