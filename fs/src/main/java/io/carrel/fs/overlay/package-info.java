/** Reads layers as overlayfs shows them, without a mount. */
@org.jspecify.annotations.NullMarked
package io.carrel.fs.overlay;
