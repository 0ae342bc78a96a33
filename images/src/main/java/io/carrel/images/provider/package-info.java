/** What the module brings to the modules below it, which cannot name it. */
@org.jspecify.annotations.NullMarked
package io.carrel.images.provider;
