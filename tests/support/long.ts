/** Whether there is time for the long form of a test: the nightly lane has it. */
export const isLong = process.env.CODA_LONG_TESTS === 'yes';
