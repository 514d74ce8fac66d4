import { randomUUID, type UUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inOwnProcess } from '#tests/support/own-process';
import { RUNNER_LIMITS } from './limits.ts';
import { Permission } from './permission.ts';
import { Sessions } from './sessions.ts';

let sessions: Sessions;
let areOn = true;
beforeEach(() => {
	areOn = true;
	sessions = new Sessions({
		areOn: () => areOn,
		idleMs: 60_000,
		programFor: async () => ({ file: '/bin/cat', args: [], folder: '/', env: { TERM: 'xterm' } }),
		onStart: () => {},
		onEnd: () => {}
	});
});
afterEach(() => sessions.endAll());

const size = { windowBytes: 262_144, have: null, cols: 80, rows: 24 };
const waiting = (leaving = new AbortController().signal) => ({
	...{ onAsk() {}, mayStart: true, leaving }
});
const open = (sessionId = randomUUID(), leaving?: AbortSignal) => {
	const grant = { role: 'writer', sessionId } as Parameters<Sessions['open']>[0];
	const wanted = { clientId: randomUUID(), ...size, start: { tmux: false } };
	return sessions.open(grant, wanted, waiting(leaving));
};

test('there are so many terminals and no more, however many are asked for at once', async () => {
	const asked = Array.from({ length: RUNNER_LIMITS.sessions + 5 }, () => open());

	const settled = await Promise.allSettled(asked);

	const refused = settled.filter(({ status }) => status === 'rejected');
	expect(refused).toHaveLength(5);
	expect(refused[0]).toMatchObject({ reason: { code: 'TOO_MANY_REQUESTS' } });
	expect(sessions.running).toHaveLength(RUNNER_LIMITS.sessions);
});

test('two tabs that open one terminal at once get the same', async () => {
	const sessionId = randomUUID();

	const [one, other] = await Promise.all([open(sessionId), open(sessionId)]);

	expect(one).toBe(other);
	expect(sessions.running).toEqual([one]);
});

test('a page that leaves while its terminal is started, and comes back, has one and not two', async () => {
	const begun: string[] = [];
	let goOn = () => {};
	const slow = new Promise<void>((resolve) => (goOn = resolve));
	const rules = {
		areOn: () => true,
		programFor: async () => {
			await slow;
			return { file: '/bin/cat', args: [], folder: '/', env: { TERM: 'xterm' } };
		},
		onStart: ({ id }: { id: string }) => void begun.push(id),
		onEnd: () => {}
	};
	sessions = new Sessions(rules);
	const sessionId = randomUUID();
	const leaving = new AbortController();

	const left = open(sessionId, leaving.signal);
	leaving.abort();
	const back = open(sessionId);
	goOn();

	await expect(left).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
	expect(sessions.running).toEqual([await back]);
	expect(begun).toEqual([sessionId]);
});

test('one that is only being asked about when all are forgotten is refused, and nothing else comes of it', async () => {
	let isAsked = false;
	const ask = () => {
		isAsked = sessions.running.length > 0;
		return isAsked ? new Promise<boolean>(() => {}) : Promise.resolve(true);
	};
	sessions = new Sessions({
		areOn: () => true,
		permission: new Permission(ask),
		programFor: async () => ({ file: '/bin/cat', args: [], folder: '/', env: { TERM: 'xterm' } }),
		onStart: () => {},
		onEnd: () => {}
	});
	const session = await open();
	const asked = open();
	const refused = expect(asked).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
	await vi.waitFor(() => expect(isAsked).toBe(true));

	await sessions.forgetAll();

	await refused;
	expect(session.ended).toBeDefined();
	expect(sessions.running).toEqual([]);
});

test('where terminals are switched off, nobody gets to those that run, either', async () => {
	const sessionId = randomUUID();
	await open(sessionId);

	areOn = false;

	await expect(open(sessionId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a terminal that nobody has looked at for long is ended, and one that has ended is forgotten', async () => {
	const session = await open();

	sessions.tidy(Date.now() + 61_000);
	await session.end();
	sessions.tidy(Date.now() + RUNNER_LIMITS.endedMs + 1_000);

	expect(session.ended).toBeDefined();
	expect(sessions.gone.items).toMatchObject([{ sessionId: session.id, why: 'idle' }]);
	await expect(open(session.id as UUID)).rejects.toMatchObject({ why: 'idle' });
});

test('a terminal is started once, however often and however much later a page wishes for it', async () => {
	const id = randomUUID();
	const session = await open(id);
	expect(await open(id)).toBe(session);
	await session.end();
	expect(await open(id)).toBe(session);

	sessions.tidy(Date.now() + RUNNER_LIMITS.endedMs + 1_000);

	await expect(open(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
	expect(sessions.running).toEqual([]);
});

test('of those that have ended the last ones are kept, however many are opened and end at once', async () => {
	const ids: string[] = [];
	for (let round = 0; round < 4; round += 1) {
		const some = await Promise.all(Array.from({ length: 15 }, () => open()));
		ids.push(...some.map(({ id }) => id));
		await Promise.all(some.map((session) => session.end()));
		sessions.tidy();
	}

	const kept = await Promise.allSettled(
		ids.map((sessionId) => {
			const grant = { role: 'viewer', sessionId } as Parameters<Sessions['open']>[0];
			return sessions.open(grant, { clientId: randomUUID(), ...size }, waiting());
		})
	);
	const isKept = kept.map(({ status }) => status === 'fulfilled');
	expect(isKept.indexOf(true)).toBe(ids.length - RUNNER_LIMITS.endedSessions);
	expect(isKept.lastIndexOf(false)).toBe(ids.length - RUNNER_LIMITS.endedSessions - 1);
});

test('a list of terminals with long names fits into an answer: those that run, then the latest that are gone', async () => {
	const folder = `/${'ü'.repeat(1_000)}`;
	const gone = Array.from({ length: RUNNER_LIMITS.gone }, () => ({
		...{ sessionId: randomUUID(), title: 'Tests', folder, why: 'idle' },
		...{ startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-02T00:00:00.000Z' }
	}));
	await sessions.takeUp({ running: [], gone, folders: [] });
	const session = await open();

	const listed = sessions.listed;

	expect(listed.sessions).toEqual([session.item]);
	const { length } = listed.gone ?? [];
	expect(listed).toMatchObject({
		more: true,
		unlisted: { sessions: 0, gone: gone.length - length }
	});
	expect(length).toBeGreaterThan(10);
	expect(listed.gone).toEqual(gone.slice(0, length));
	expect(Buffer.byteLength(JSON.stringify(listed))).toBeLessThan(50_000);
	sessions.gone.clear();
	expect(sessions.listed).toEqual({ sessions: [session.item], silent: [], gone: [] });
});

test('a system that has no terminal to give refuses the next one, and those that run go on', async () => {
	const printed = await inOwnProcess(
		`import { closeSync, openSync } from 'node:fs';
		import { Sessions } from './runner/core/sessions.ts';
		const program = { file: '/bin/cat', args: [], folder: '/', env: { TERM: 'xterm' } };
		const rules = { areOn: () => true, programFor: async () => program, onStart() {}, onEnd() {} };
		const sessions = new Sessions(rules);
		const open = () => sessions.open(
			{ sessionId: crypto.randomUUID(), role: 'writer' },
			{ clientId: 'x', windowBytes: 262144, have: null, cols: 80, rows: 24, start: {} },
			{ onAsk() {}, mayStart: true, leaving: new AbortController().signal }
		);
		const first = await open();
		const held = [];
		try { for (;;) held.push(openSync('/dev/null')); } catch {}
		for (const one of held.slice(-9)) closeSync(one);
		let refused;
		while (!refused) await open().catch((cause) => { refused = cause; });
		console.log(refused.code, refused.message);
		first.input({ clientId: 'x', tellGiven() {}, answer() {} }, 1, Buffer.from('alive\\r'));
		while (first.ring.end < 14) await new Promise((resolve) => setTimeout(resolve, 5));
		console.log(JSON.stringify(String(first.ring.copy(0, 14))));
		await sessions.endAll();`,
		'ulimit -n 256'
	);

	expect(printed.split('\n')).toEqual([
		'SERVICE_UNAVAILABLE That computer cannot start a terminal now: forkpty(3) failed.',
		String.raw`"alive\r\nalive\r\n"`
	]);
});
