/** The JSON of records: read strictly, and written for people and programs. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.json;
