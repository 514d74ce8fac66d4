import { parse, stringify } from 'devalue';

/** How values travel between client and server: dates, maps, undefined and cycles arrive as they were. */
export const transformer = {
	input: { serialize: stringify, deserialize: parse },
	output: { serialize: stringify, deserialize: parse }
};
