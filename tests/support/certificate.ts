import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate for this machine that signs itself, as PEM. Whoever is to trust it must be told so. */
export interface Certificate {
	key: string;
	cert: string;
}

const DAY_MS = 86_400_000;

/** Makes a certificate for `localhost` and `127.0.0.1` (X.509 v3, P-256) that works for a day. */
export function makeCertificate(): Certificate {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const algorithm = sequence(identifier(1, 2, 840, 10045, 4, 3, 2));
	const name = sequence(
		tagged(0x31, sequence(identifier(2, 5, 4, 3), tagged(0x0c, Buffer.from('localhost'))))
	);
	const serial = randomBytes(8);
	// Positive, and without a leading zero.
	serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
	const content = sequence(
		tagged(0xa0, tagged(0x02, Buffer.from([2]))),
		tagged(0x02, serial),
		algorithm,
		name,
		sequence(time(Date.now() - DAY_MS), time(Date.now() + DAY_MS)),
		name,
		publicKey.export({ type: 'spki', format: 'der' }),
		tagged(0xa3, sequence(alternativeNames(), isAuthority()))
	);
	const signature = sign('sha256', content, privateKey);
	const der = sequence(content, algorithm, tagged(0x03, Buffer.of(0), signature));
	return {
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
		cert: `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`
	};
}

const alternativeNames = () =>
	sequence(
		identifier(2, 5, 29, 17),
		tagged(
			0x04,
			sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.of(127, 0, 0, 1)))
		)
	);

const isAuthority = () =>
	sequence(identifier(2, 5, 29, 19), tagged(0x04, sequence(tagged(0x01, Buffer.of(0xff)))));

/** One value in DER (X.690): tag, length, content. */
function tagged(tag: number, ...parts: Buffer[]): Buffer {
	const content = Buffer.concat(parts);
	const { length } = content;
	const size =
		length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.of(tag, ...size), content]);
}

const sequence = (...parts: Buffer[]) => tagged(0x30, ...parts);

/** `YYMMDDHHMMSSZ` */
const time = (at: number) =>
	tagged(0x17, Buffer.from(new Date(at).toISOString().replace(/^\d\d|\.\d+|[-:T]/g, '')));

function identifier(first: number, second: number, ...rest: number[]): Buffer {
	const bytes = rest.flatMap((part) => {
		const digits = [part & 0x7f];
		for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
		return digits;
	});
	return tagged(0x06, Buffer.of(first * 40 + second, ...bytes));
}
