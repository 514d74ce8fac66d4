/** Nothing is drawn in advance: the same page starts the program at every address, without a network. */
export const ssr = false;
export const prerender = true;
