package io.carrel.fs.volumes;

/**
 * A volume whose record cannot be read. Its files may be sound; it can be removed. Immutable.
 *
 * @param name its name
 * @param reason what is wrong
 */
public record DamagedVolume(String name, String reason) {}
