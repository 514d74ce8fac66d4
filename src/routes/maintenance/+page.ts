/** It comes in the place of any other page, and has to work when nothing else does. */
export const csr = false;
