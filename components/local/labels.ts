/** Label of a secret variable: how it is made of values that a person may set. `compose` writes that in place of the value. */
export const secretLabel = "dev.twinstack.secret.";
/** Label of a file of a secret, by its path: what it has, likewise. */
export const secretFileLabel = "dev.twinstack.secret-file.";

/** Says of a sidecar's container whose network it is in: the service's name in the topology. */
export const besideLabel = "dev.twinstack.beside";
