/** The version of the wire that this program speaks. It goes up when an older end would misread a newer one. */
export const PROTOCOL_VERSION = 1;

/** The WebSocket subprotocol of both ends. */
export const SUBPROTOCOL = 'coda.v1';

/** The oldest version that a relay serves: the one before, so that ends and relay need not change at once. */
export const OLDEST_VERSION = Math.max(1, PROTOCOL_VERSION - 1);

/** Whether a relay of this release speaks that version. */
export const isServedVersion = (version: number): boolean =>
	version >= OLDEST_VERSION && version <= PROTOCOL_VERSION;
