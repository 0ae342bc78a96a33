package io.carrel.cgroups.usage;

import io.carrel.cgroups.limits.Device;

/**
 * What a group has read from and written to a device. Immutable.
 *
 * @param device the device
 * @param readBytes bytes read
 * @param writtenBytes bytes written
 * @param reads operations that read
 * @param writes operations that wrote
 */
public record IoUsage(Device device, long readBytes, long writtenBytes, long reads, long writes) {}
