/** The way out wipes what this browser kept for the person, and that needs a script. */
export const csr = true;
