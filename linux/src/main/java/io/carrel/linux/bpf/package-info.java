/**
 * Programs for the kernel's own machine (eBPF), written as data: instructions, labels, bytes and a listing. The filters
 * of seccomp are of another kind, classic BPF.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.linux.bpf;
