/**
 * @typedef {object} ServingAddress How this server is reached, from its environment.
 * @property {boolean} development
 * @property {string | undefined} pinned the public origin, when the operator named one
 * @property {string} listenHost the address it listens on
 */

/**
 * @typedef {object} Origin The scheme and host that the application believes it was asked under.
 * @property {'http' | 'https'} protocol
 * @property {string} host with the port, when it is not the usual one
 */

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const loopbackAddress = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/i;
const ipv4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/**
 * The origin of one request, or null when it asks for a host that is not served here. What a client
 * writes into its Host header is believed only where that does no harm; links in mails and the check of
 * forms' origins rest on it. In development no foreign name is served at all: a page of another site
 * whose name was bent to this machine (DNS rebinding) would otherwise read what only developers may.
 *
 * @param {{ host: string | undefined, remoteAddress: string | undefined }} request
 * @param {ServingAddress} address
 * @returns {Origin | null}
 */
export function originOf({ host = '', remoteAddress = '' }, address) {
	const { development, pinned, listenHost } = address;
	const url = pinned ? new URL(pinned) : null;
	if (url && (!development || host.toLowerCase() === url.host)) {
		return { protocol: url.protocol === 'http:' ? 'http' : 'https', host: url.host };
	}
	if (!development) return null;
	if (loopbackHost.test(host) && loopbackAddress.test(remoteAddress)) {
		return { protocol: 'http', host };
	}
	if (!isLoopback(listenHost) && isAddressOf(host, listenHost)) {
		return { protocol: 'http', host };
	}
	return null;
}

/**
 * A server that lets other computers in is reached by its address, or by the name it was told to listen on.
 *
 * @param {string} host
 * @param {string} listenHost
 */
function isAddressOf(host, listenHost) {
	if (!URL.canParse(`http://${host}`)) return false;
	const { hostname, host: normal } = new URL(`http://${host}`);
	if (normal.toLowerCase() !== host.toLowerCase() && `${normal}:80` !== host.toLowerCase())
		return false;
	return ipv4.test(hostname) || hostname.startsWith('[') || hostname === listenHost.toLowerCase();
}

/** @param {string} listenHost */
function isLoopback(listenHost) {
	return loopbackHost.test(listenHost) || loopbackAddress.test(listenHost);
}
