import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FRAME } from '#protocol/frames';
import { signTicket } from '#protocol/tickets';
import { BrowserEnd } from '#tests/support/browser-end';
import { testEnvironment } from '#tests/support/environment';
import { startHouse, type House } from '#tests/support/house';
import { connect, newIds, ticketsOf } from '#tests/support/relay';
import { startRelayProgram } from '#tests/support/relay-program';

/** Whoever is root may read every folder: then the runner is run by nobody. */
const NOBODY = 65_534;

let house: House;
beforeAll(async () => {
	const uid = process.getuid?.() === 0 ? NOBODY : undefined;
	house = await startHouse({ uid, computerEnv: { LC_ALL: 'C' } });
});
afterAll(() => house.stop());

const sessionId = () => newIds().sessionId;

async function openTerminal(): Promise<BrowserEnd> {
	const tab = new BrowserEnd(house.ada);
	await tab.attach();
	await tab.prints('ready> ');
	return tab;
}

/** How a socket ends that shows a ticket. */
async function shown(
	ticket: string | undefined,
	given: { secret?: string; version?: number } = {}
) {
	const request = house.ada.ticketFor('writer', sessionId());
	const end = await connect(house.relay.url, request, { ticket, ...given });
	return end.closed;
}

describe('a ticket', () => {
	test('of somebody else for this computer is not to be had', async () => {
		const eve = await house.stranger();
		eve.runnerId = house.ada.runnerId;

		await expect(eve.signedTicket?.('writer', sessionId())).rejects.toMatchObject({
			data: { code: 'NOT_FOUND', reason: 'runner.notFound' }
		});
	});

	test('that somebody else has made for themselves leads to nobody’s computer but their own', async () => {
		// As if the app had signed it: of another person, for the computer.
		const { runnerId } = house.ada;
		const request = { ...ticketsOf(newIds()).writer, runnerId };
		const end = await connect(house.relay.url, request, {
			secret: testEnvironment.DEVMODE_JWT_SECRET
		});

		expect(await end.closed).toEqual({ code: 4404, reason: 'not-yours' });
	});

	test('is taken once', async () => {
		const ticket = await house.ada.signedTicket?.('writer', sessionId());
		const request = house.ada.ticketFor('writer', sessionId());
		const first = await connect(house.relay.url, request, { ticket });
		await first.said('ready');

		expect(await shown(ticket)).toMatchObject({ reason: 'ticket-used' });
		expect(first.socket.readyState).toBe(1);
		first.close();
	});

	test('under another secret, or of a version that nobody speaks, is refused', async () => {
		const secret = 'somebody-elses-0123456789abcdefghijklmnop';

		expect(await shown(undefined, { secret })).toMatchObject({ reason: 'ticket-refused' });
		const ticket = await house.ada.signedTicket?.('writer', sessionId());
		expect(await shown(ticket, { version: 99 })).toMatchObject({ reason: 'version-unknown' });
	});
});

describe('the secret of the relay', () => {
	const before = 'tests-only-before-0123456789abcdefghijklmno';
	const request = { ...ticketsOf(newIds()).events };

	/** What becomes of a ticket at a relay with this environment. */
	async function taken(env: Record<string, string>, secret: string): Promise<string> {
		const relay = await startRelayProgram(env);
		try {
			const end = await connect(relay.url, request, { ticket: await signTicket(request, secret) });
			const isIn = end.said('ready').then(() => 'ready');
			return await Promise.race([isIn.catch(() => ''), end.closed.then(({ reason }) => reason)]);
		} finally {
			await relay.end('SIGKILL');
		}
	}

	test('must be there', async () => {
		await expect(startRelayProgram({ DEVMODE_JWT_SECRET: '' })).rejects.toThrow(
			'DEVMODE_JWT_SECRET'
		);
	});

	test('must be the app’s: with another one nobody gets in', async () => {
		const { DEVMODE_JWT_SECRET } = testEnvironment;

		expect(await taken({ DEVMODE_JWT_SECRET: before }, DEVMODE_JWT_SECRET)).toBe('ticket-refused');
	});

	test('may be replaced: the one before is still taken', async () => {
		expect(await taken({ DEVMODE_JWT_SECRET_PREVIOUS: before }, before)).toBe('ready');
	});
});

describe('a folder', () => {
	test.each([
		['that is not there', 'nowhere', 'NOT_FOUND'],
		['that is a link to outside', 'way-out', 'FORBIDDEN'],
		['that is not among the allowed', '..', 'FORBIDDEN'],
		['that may not be read', 'closed', 'FORBIDDEN'],
		['that is a file', 'file', 'BAD_REQUEST']
	])('%s opens no terminal', async (_what, name, code) => {
		const projects = join(house.home, 'projects');
		const folder = join(projects, name);
		if (name === 'way-out') symlinkSync(house.home, folder);
		if (name === 'file') writeFileSync(folder, '');
		if (name === 'closed') chmodSync(mkdirSync(folder, { recursive: true }) ?? folder, 0);
		const tab = new BrowserEnd(house.ada);

		await tab.attach({ folder, tmux: false });

		expect(tab.closed).toMatchObject({ kind: 'refused', code, reason: expect.any(String) });
		expect(house.runner.output()).not.toContain(folder);
	});
});

test('a shell that exits at once is opened and ended, with how it ended', async () => {
	const leave = join(house.home, 'leave-at-once');
	writeFileSync(leave, '');
	const tab = new BrowserEnd(house.ada);

	await tab.attach();
	await tab.until(() => tab.closed !== undefined);
	rmSync(leave);

	expect(tab.closed).toMatchObject({ kind: 'ended', exitCode: 7 });
});

test('on a computer whose locale is C, letters of other scripts arrive as they are', async () => {
	const tab = await openTerminal();

	tab.type(`locale 2>/dev/null; printf '\\346\\227\\245\\346\\234\\254 \\303\\274.\\n'\r`);

	await tab.prints('日本 ü.');
	expect(tab.text).toContain('LC_ALL=C');
});

describe('an offset', () => {
	test.each([
		['that is ahead of everything', 1e9],
		['that is as large as a number can be', Number.MAX_SAFE_INTEGER]
	])(
		'%s is acknowledged by nobody who goes on: the line ends, the terminal does not',
		async (_what, offset) => {
			const tab = await openTerminal();

			tab.say({ type: FRAME.ACK, offset });
			await once(tab.end?.socket as NonNullable<BrowserEnd['end']>['socket'], 'close');

			await tab.attach(null);
			expect(tab.opened).toMatchObject({ resume: 'exact' });
		}
	);

	test('that is negative, or more than a number can hold, is no acknowledgement', async () => {
		const tab = await openTerminal();

		tab.sayInstead({ type: FRAME.ACK, offset: 0 }, new Uint8Array(8).fill(0xff));
		await once(tab.end?.socket as NonNullable<BrowserEnd['end']>['socket'], 'close');

		await tab.attach(null);
		expect(tab.opened).toMatchObject({ resume: 'exact' });
	});

	test('that goes back does no harm', async () => {
		const tab = await openTerminal();

		tab.say({ type: FRAME.ACK, offset: 0 });
		tab.type('echo "still ""here"\r');

		await tab.prints('still here');
	});

	test('from which somebody wants to go on, and that was never there, gets the screen instead', async () => {
		const tab = await openTerminal();
		const epoch = tab.opened?.epoch ?? '';
		tab.cut();

		await tab.attach(null, { epoch, offset: Number.MAX_SAFE_INTEGER });
		await tab.until(() => tab.snapshots.length === 1);

		expect(tab.opened).toMatchObject({ resume: 'snapshot' });
		expect(tab.snapshots[0]).toContain('ready>');
	});
});

test('a computer that is unpaired while somebody types is closed to them, and ends its terminals', async () => {
	const tab = await openTerminal();
	tab.type('echo "pid $$."\r');
	await tab.prints(/pid \d+\./);
	const shell = Number(/pid (\d+)\./.exec(tab.text)?.[1]);
	const typing = setInterval(() => tab.type('x'), 20);

	await house.ada.api.runners.revoke.mutate({ id: house.ada.runnerId });
	const { code, reason } = (await tab.end?.closed) ?? {};
	clearInterval(typing);

	expect({ code, reason }).toEqual({ code: 4403, reason: 'revoked' });
	expect(await house.runner.ended).toBe(1);
	expect(house.runner.output()).toContain('not paired any more');
	expect(() => process.kill(shell, 0)).toThrow('ESRCH');
	await expect(tab.attach()).rejects.toMatchObject({ data: { reason: 'runner.notFound' } });
});
