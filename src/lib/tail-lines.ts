/** As many lines as one answer holds of what has come; whoever gets so many asks for those before them. */
export const TAIL_LINES = 200;
