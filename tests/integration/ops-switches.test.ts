import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '$lib/server/db';
import { maintenance } from '../../scripts/ops/maintenance';
import { switchCommand } from '../../scripts/ops/switch';

const set = (...args: string[]) => switchCommand.run(['set', ...args]);

const rows = () =>
	db.switch.findMany({ select: { name: true, value: true, expiresAt: true, setBy: true } });

beforeEach(async () => {
	await db.switch.deleteMany();
});

describe('pnpm ops switch', () => {
	test.each([
		[['signUps', 'off'], false],
		[['rateMultiplier', '0.5'], 0.5],
		[['viewSampling', '10'], 10],
		[['logLevel', 'debug'], 'debug'],
		[
			['announcement', 'Hello.', '--tone', 'warning'],
			{ text: 'Hello.', tone: 'warning', link: null }
		],
		[
			['announcement', 'Hello.', '--link', '/report'],
			{ tone: 'info', link: { href: '/report', label: 'Read more' } }
		]
	])('sets %j', async (args, value) => {
		await set(...args);

		const [row] = await rows();
		expect(row?.name).toBe(args[0]);
		expect([row?.value]).toMatchObject([value]);
		expect(row?.setBy).toMatch(/^operator:./);
	});

	test.each([
		[['signUps', 'perhaps']],
		[['rateMultiplier', '11']],
		[['rateMultiplier', '0']],
		[['viewSampling', '0']],
		[['viewSampling', '2.5']],
		[['logLevel', 'loud']],
		[['nothing', 'on']],
		[['constructor', 'on']],
		[['announcement', 'x'.repeat(300)]],
		[['announcement', 'Hello.', '--link', 'javascript:alert(1)']],
		[['signUps', 'off', '--for', 'soon']],
		[['signUps', 'off', '--for', '1m', '--tone']],
		[['maintenance', 'full']],
		[['signUps']]
	])('refuses %j and changes nothing', async (args) => {
		await expect(set(...args)).rejects.toThrow();

		expect(await rows()).toEqual([]);
	});

	test('sets for a time, and clears', async () => {
		await set('devMode', 'off', '--for', '2h');
		const [row] = await rows();
		expect(row?.expiresAt?.valueOf()).toBeCloseTo(Date.now() + 7_200_000, -5);

		await switchCommand.run(['clear', 'devMode']);
		expect(await rows()).toEqual([]);
	});
});

describe('pnpm ops maintenance', () => {
	test('shuts for a time that begins later, and says what is expected', async () => {
		await maintenance.run([
			'full',
			'--message',
			'Moving.',
			'--in',
			'30m',
			'--takes',
			'1h',
			'--for',
			'2h'
		]);

		const [row] = await rows();
		const value = row?.value as { mode: string; startsAt: string; until: string; message: string };
		expect(value).toMatchObject({ mode: 'full', message: 'Moving.' });
		expect(Date.parse(value.startsAt)).toBeCloseTo(Date.now() + 1_800_000, -5);
		expect(Date.parse(value.until)).toBeCloseTo(Date.now() + 5_400_000, -5);
		expect(row?.expiresAt?.valueOf()).toBeCloseTo(Date.now() + 9_000_000, -5);
	});

	test('opens again, also when it was open already', async () => {
		await maintenance.run(['read-only']);
		await maintenance.run(['off']);
		await maintenance.run(['off']);

		expect(await rows()).toEqual([]);
	});

	test.each([[[]], [['half']], [['full', '--for', '10 minutes']]])('refuses %j', async (args) => {
		await expect(async () => maintenance.run(args)).rejects.toThrow();

		expect(await rows()).toEqual([]);
	});
});
