package io.carrel.images;

/** What manifests and indexes have in common. */
final class Documents {

    /** The version of Docker's format that OCI's is equal to. */
    static final int SCHEMA = 2;

    static final String SCHEMA_ONE =
            "manifests of schema 1 are not supported; newer tools, such as skopeo, can convert the image";

    private Documents() {}

    /** Refuses other formats; some programs leave the version out. */
    static void checkSchema(Json json) {
        Json version = json.at("schemaVersion");
        if (version.isMissing()) {
            return;
        }
        long number = version.size();
        if (number == 1) {
            throw version.refuse(SCHEMA_ONE);
        }
        if (number != SCHEMA) {
            throw version.refuse("version %d is not known".formatted(number));
        }
    }
}
