export const prerender = true;
// Nothing on this page needs a script.
export const csr = false;
