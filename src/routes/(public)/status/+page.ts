// It is to be read while things are broken: nothing on it needs a script.
export const csr = false;
