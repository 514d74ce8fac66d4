import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { LogFilter } from '$lib/schemas/logs';
import { TAIL_LINES } from '$lib/tail-lines';
import { createAdmin, createPerson } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { db } from '../db';
import { UNHURRIED } from './batches';
import { askAll } from '../../../routes/(admin)/admin/logs/lines';
import { findLogLines, insertLogLines, listLogs, purgeLogLines, type LogLine } from './log-lines';

const NOW = Date.now();

/** A line some seconds ago. */
const line = (secondsAgo: number, what: Partial<LogLine> = {}): Omit<LogLine, 'id'> => ({
	at: new Date(NOW - secondsAgo * 1_000),
	level: 'info',
	message: 'Something',
	source: 'app',
	release: 'abcdef',
	route: null,
	requestId: null,
	userId: null,
	runId: null,
	fields: '{}',
	...what
});

const found = async (filter: Partial<LogFilter>) =>
	(await findLogLines(db, { filter: LogFilter.parse(filter), take: 100 })).map(
		({ message }) => message
	);

beforeEach(async () => {
	await db.logLine.deleteMany();
});

describe('looking for lines', () => {
	test('finds by everything that a line carries', async () => {
		const ada = await createPerson();
		const runId = '01933f5e-4d2a-7c11-8f00-2b9f3a6d1e55';
		await insertLogLines([
			line(10, { message: 'Hers', userId: ada.userId }),
			line(20, { message: 'Relay', source: 'relay', level: 'debug' }),
			line(30, { message: 'Warned', level: 'warn', route: '/ideas', requestId: 'request-1' }),
			line(40, { message: 'Failed', level: 'error', release: 'fedcba', runId })
		]);

		expect(await found({})).toEqual(['Hers', 'Relay', 'Warned', 'Failed']);
		expect(await found({ level: 'warn' })).toEqual(['Warned', 'Failed']);
		expect(await found({ level: 'error' })).toEqual(['Failed']);
		expect(await found({ source: 'relay' })).toEqual(['Relay']);
		expect(await found({ route: '/ideas' })).toEqual(['Warned']);
		expect(await found({ request: 'request-1' })).toEqual(['Warned']);
		expect(await found({ user: ada.userId })).toEqual(['Hers']);
		expect(await found({ user: ada.email.toUpperCase() })).toEqual(['Hers']);
		expect(await found({ user: 'nobody@coda.example' })).toEqual([]);
		expect(await found({ run: runId })).toEqual(['Failed']);
		expect(await found({ run: 'no id' })).toEqual([]);
		expect(await found({ release: 'fed' })).toEqual(['Failed']);
		expect(await found({ from: new Date(NOW - 25_000).toISOString() })).toEqual(['Hers', 'Relay']);
		expect(await found({ to: new Date(NOW - 25_000).toISOString().slice(0, 19) })).toEqual([
			'Warned',
			'Failed'
		]);
	});

	test('finds a text in messages and in fields, signs and all', async () => {
		await insertLogLines([
			line(1, { message: '100% of it' }),
			line(2, { message: 'Other', fields: JSON.stringify({ said: 'a "word" of C:\\temp_1' }) }),
			line(3, { message: '100 of it' })
		]);

		expect(await found({ text: '100%' })).toEqual(['100% of it']);
		expect(await found({ text: '"WORD"' })).toEqual(['Other']);
		expect(await found({ text: 'C:\\temp_' })).toEqual(['Other']);
		expect(await found({ text: 'tempx1' })).toEqual([]);
		expect(await found({ text: "'; DROP TABLE log_lines; --\u0000" })).toEqual([]);
	});

	test('loses and repeats nothing from page to page, also of one moment', async () => {
		const admin = await createAdmin();
		const many = LIMITS.pageSize * 2 + 7;
		await insertLogLines(Array.from({ length: many }, (_, n) => line(1, { message: `Line ${n}` })));

		const seen = new Set<string>();
		let cursor: string | undefined;
		let pages = 0;
		do {
			const page = await listLogs(admin, { ...LogFilter.parse({}), cursor });
			for (const { message } of page.lines) seen.add(message);
			cursor = page.nextCursor;
			pages += 1;
		} while (cursor);

		expect(seen.size).toBe(many);
		expect(pages).toBe(3);
	});

	test('is for admins, and a cursor that is none is refused', async () => {
		await expect(callerAs(await createPerson()).logs.list({})).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
		await expect(callerAs(await createAdmin()).logs.list({ cursor: 'x' })).rejects.toMatchObject({
			code: 'BAD_REQUEST'
		});
	});
});

test('what has come since a moment is told, and nothing older', async () => {
	await insertLogLines([line(60, { message: 'Old' }), line(5, { message: 'New' })]);

	const lines = await callerAs(await createAdmin()).logs.tail({ since: new Date(NOW - 30_000) });

	expect(lines).toMatchObject([{ message: 'New', level: 'info' }]);
});

test('more than one answer holds is asked for page by page, and nothing is missed, also of one moment', async () => {
	const many = TAIL_LINES * 2 + 50;
	await insertLogLines(Array.from({ length: many }, (_, n) => line(5, { message: `Line ${n}` })));
	const { logs } = callerAs(await createAdmin());
	const since = new Date(NOW - 30_000);

	const { lines, isCut } = await askAll(
		(before) => logs.tail({ since, ...(before && { before: { at: before.at, id: before.id } }) }),
		1_000
	);

	expect(isCut).toBe(false);
	expect(new Set(lines.map(({ message }) => message)).size).toBe(many);
});

test('the routes that failed most are named, and those of an hour ago are not', async () => {
	const failed = { level: 'warn', message: 'Request' } as const;
	const ada = await createPerson();
	await insertLogLines([
		line(60, { ...failed, route: '/ideas', userId: ada.userId }),
		line(50, { ...failed, route: '/ideas', userId: ada.userId }),
		line(40, { ...failed, route: '/trash' }),
		line(45, failed),
		line(40, { level: 'warn', message: 'Other', route: '/account' }),
		line(3_600, { ...failed, route: '/search' })
	]);

	const routes = await callerAs(await createAdmin()).logs.failing();

	expect(routes).toMatchObject([
		{ route: '/ideas', failures: 2, people: 1 },
		{ route: '/trash', failures: 1, people: 0 },
		{ route: null, failures: 1 }
	]);
});

test('a request is shown with what it changed and what was said of it', async () => {
	const ada = await createPerson();
	await callerAs(ada).ideas.create({ clientKey: crypto.randomUUID(), title: 'Engine' });
	await callerAs(ada).problems.report({ text: 'Broken.', page: '/ideas', requestId: 'request-77' });

	const admin = callerAs(await createAdmin());

	expect((await admin.logs.around({ request: 'test' })).changes).toContainEqual(
		expect.objectContaining({ action: 'idea.create' })
	);
	expect((await admin.logs.around({ request: 'request-77' })).reports).toMatchObject([
		{ text: 'Broken.' }
	]);
});

test('lines go after fourteen days', async () => {
	await insertLogLines([
		line(15 * 86_400, { message: 'Old' }),
		line(13 * 86_400, { message: 'Younger' })
	]);

	expect(await purgeLogLines(UNHURRIED)).toEqual({ deleted: 1, more: false });
	expect(await found({})).toEqual(['Younger']);
});
