// A text to be read: nothing on it needs a script.
export const csr = false;
