import { inflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BrowserEnd } from '#tests/support/browser-end';
import { startRunner, type RunnerSetup } from '#tests/support/runner';
import { OutputRing } from './output-ring.ts';
import { Screen } from './screen.ts';

/* A file that somebody sent, and `cat`: what it prints may hold nobody up. */

const MANY = 2_147_483_647;

/** What the screen shows after some output. */
async function drawn(output: string): Promise<string> {
	const ring = new OutputRing(4_194_304);
	const screen = new Screen(ring, { cols: 40, rows: 10 });
	const bytes = Buffer.from(`before\r\n${output}after`);
	screen.beforePush(bytes.length);
	ring.push(bytes);
	screen.afterPush();
	const { deflated } = await screen.snapshot();
	screen.dispose();
	return inflateRawSync(deflated).toString();
}

test.each([
	['lines to insert', `\x1b[${MANY}L`],
	['lines to delete', `\x1b[${MANY}M`],
	['lines to scroll', `\x1b[${MANY}S`],
	['lines to scroll back', `\x1b[${MANY}T`],
	['tabs', `\x1b[${MANY}I`],
	['tabs back', `\x1b[${MANY}Z`],
	['repeats of a letter', `a\x1b[${MANY}b`],
	['colours', `\x1b]4;${'1;rgb:1/1/1;'.repeat(300_000)}\x07`]
])(
	'as many %s as there are numbers: the sequence is left out, and the next one counts',
	async (_what, output) => {
		const screen = await drawn(output);

		expect(screen).toContain('before');
		expect(screen).toContain('after');
	}
);

test.each([
	['inserted', 'one\r\ntwo\x1b[1A\x1b[10L'],
	['deleted', 'one\r\ntwo\x1b[2A\x1b[10M']
])('as many lines as there are may be %s', async (_what, output) => {
	expect(await drawn(output)).not.toContain('two');
});

let setup: RunnerSetup;
beforeEach(async () => {
	setup = await startRunner();
});
afterEach(() => setup.stop());

test('while one terminal prints such a file, another one answers, and both can be come back to', async () => {
	const [one, other] = [new BrowserEnd(setup.app), new BrowserEnd(setup.app)];
	await one.attach();
	await other.attach();
	await other.prints('ready> ');

	one.type(`printf 'a\\033[${MANY}L\\033[${MANY}b\\033[${MANY}S\\n'; echo printed\r`);
	await one.prints(/[\r\n]printed\r\n/);
	await one.attach(null, null);
	other.type('echo alive\r');

	await other.prints(/[\r\n]alive\r\n/);
	expect(one.opened?.resume).toBe('snapshot');
	expect(one.snapshots.at(-1)).toContain('printed');
});
