/** The JSON of records and events: read strictly, and written for people and programs. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.json;
