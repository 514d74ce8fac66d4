import { connect } from 'node:tls';

const CONNECT_MS = 4_000;
/** A certificate lasts for weeks, so that it is looked at once an hour. */
const KEPT_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How long the certificate of a host goes on. */
export interface CertificateDays {
	host: string;
	days: number;
}

const known = new Map<string, { readAt: number; endsAt: Date }>();

/**
 * How many days the certificate behind an address goes on; less than none when it has ended.
 *
 * @param address https or wss; anything else has no certificate
 * @throws when nobody answers there, or without a certificate
 */
export async function certificateDays(
	address: string | undefined
): Promise<CertificateDays | undefined> {
	const url = address && URL.canParse(address) ? new URL(address) : undefined;
	if (!url || !['https:', 'wss:'].includes(url.protocol)) return undefined;
	const kept = known.get(url.host);
	const isFresh = kept && performance.now() - kept.readAt < KEPT_MS;
	const endsAt = isFresh ? kept.endsAt : await readEnd(url);
	if (!isFresh) known.set(url.host, { readAt: performance.now(), endsAt });
	return { host: url.host, days: (endsAt.valueOf() - Date.now()) / DAY_MS };
}

/** Reads when the certificate ends. One that is not valid any more is read, too. */
function readEnd({ hostname, port }: URL): Promise<Date> {
	return new Promise((resolve, reject) => {
		const host = hostname.replace(/^\[(.*)\]$/, '$1');
		const socket = connect({
			host,
			port: Number(port) || 443,
			servername: /^[\d.]+$|:/.test(host) ? '' : host,
			rejectUnauthorized: false,
			timeout: CONNECT_MS
		});
		socket.once('secureConnect', () => {
			const { valid_to: end } = socket.getPeerCertificate();
			socket.destroy();
			if (end) resolve(new Date(end));
			else reject(new Error(`${host} shows no certificate.`));
		});
		socket.once('timeout', () => socket.destroy(new Error(`${host} does not answer.`)));
		socket.once('error', reject);
	});
}
