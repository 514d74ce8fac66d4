/** The version of the wire that this program speaks. It goes up when an older end would misread a newer one. */
export const PROTOCOL_VERSION = 1;

/** The WebSocket subprotocol of both ends. */
export const SUBPROTOCOL = 'coda.v1';

/** A relay serves its own version and the one before, so that ends and relay need not be changed at once. */
export const isServedVersion = (version: number): boolean =>
	version === PROTOCOL_VERSION || version === PROTOCOL_VERSION - 1;
