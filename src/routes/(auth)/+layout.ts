/** Signing in is forms and links: there is nothing for a script to do. */
export const csr = false;
