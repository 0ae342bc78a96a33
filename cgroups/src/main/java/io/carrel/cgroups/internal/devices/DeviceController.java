package io.carrel.cgroups.internal.devices;

/**
 * Puts rules about devices in force for one group. A group below has its parent's rules too: its own can only deny
 * more. Thread-safe; of several JVMs one at a time may change a group.
 */
public sealed interface DeviceController permits UnifiedDevices, LegacyDevices {

    /** What those can do who are refused for want of privileges. */
    String REMEDY =
            "Run the JVM as root, or leave out the rules: an ordinary user's container can make no device nodes, and"
                    + " has those alone that are mounted in it.";

    /**
     * Fails as {@link #apply} would on this host, as far as that can be said before there is a group; changes nothing.
     *
     * @throws io.carrel.linux.UnsupportedFeatureException if the rules, or any rules, cannot be put in force here
     */
    void check(DevicePolicy policy);

    /**
     * Puts these rules in the place of those that the group had of its own, for processes that are in it too. Devices
     * that are open stay open. On failure the rules are those from before.
     */
    void apply(DevicePolicy policy);

    /** What {@link #apply} hands to the kernel, for people. */
    String explain(DevicePolicy policy);
}
