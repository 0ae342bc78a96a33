<<<<<<< HEAD
/** Where the hierarchies are, and how their directories and files are handled. */
=======
/** How the limits of groups are put in force. */
>>>>>>> bpf
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.internal;
