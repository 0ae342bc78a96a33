package io.carrel.fs.volumes;

/**
 * Names a volume whose record cannot be read. Its files may be sound; it can be removed. Immutable, so safe for use by
 * several threads.
 *
 * @param name its name
 * @param reason what is wrong
 */
public record DamagedVolume(String name, String reason) {}
