/** Label of a secret variable: how it is made of values that a person may set. `compose` writes that in place of the value. */
export const secretLabel = "dev.twinstack.secret.";
