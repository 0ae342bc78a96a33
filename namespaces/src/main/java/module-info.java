/** Linux namespaces: types, id maps, create, enter, persist, list. */
@org.jspecify.annotations.NullMarked
module io.carrel.namespaces {
    requires com.google.common;
    requires transitive io.carrel.linux;
    requires org.slf4j;
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;

    exports io.carrel.namespaces;
}
