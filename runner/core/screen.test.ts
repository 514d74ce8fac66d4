import { inflateRawSync } from 'node:zlib';
import headless from '@xterm/headless';
import { afterEach, expect, test } from 'vitest';
import { OutputRing } from './output-ring.ts';
import { Screen, type Snapshot } from './screen.ts';

const SIZE = { cols: 40, rows: 10 };
let screen: Screen | undefined;
afterEach(() => screen?.dispose());

function printed(outputs: (string | Uint8Array)[], ringBytes = 100_000) {
	const ring = new OutputRing(ringBytes);
	screen = new Screen(ring, SIZE);
	for (const output of outputs) print(ring, screen, output);
	return { ring, screen };
}

function print(ring: OutputRing, on: Screen, output: string | Uint8Array): void {
	const bytes = Buffer.from(output);
	on.beforePush(bytes.length);
	ring.push(bytes);
	on.afterPush();
}

/** What somebody sees who draws a snapshot, and then what follows it. */
async function seen({ offset, deflated }: Snapshot, ring: OutputRing): Promise<string[]> {
	const terminal = new headless.Terminal({ ...SIZE, allowProposedApi: true });
	const draw = (bytes: Uint8Array) =>
		new Promise<void>((resolve) => terminal.write(bytes, resolve));
	await draw(inflateRawSync(deflated));
	await draw(ring.copy(offset, ring.end));
	const { active } = terminal.buffer;
	return Array.from({ length: active.length }, (_, line) =>
		(active.getLine(line)?.translateToString(true) ?? '').trimEnd()
	).filter(Boolean);
}

test('a snapshot shows what was printed', async () => {
	const { ring, screen } = printed(['one\r\n', '\x1b[31mtwo\x1b[0m\r\n', '日本語 ä🦊\r\n']);

	const snapshot = await screen.snapshot();

	expect(snapshot.offset).toBe(ring.end);
	expect(await seen(snapshot, ring)).toEqual(['one', 'two', '日本語 ä🦊']);
});

test('a snapshot that is taken in the middle of a sequence goes on correctly with the rest', async () => {
	const { ring, screen } = printed(['red: \x1b[38;5', Buffer.from('')]);

	const snapshot = await screen.snapshot();
	print(ring, screen, ';196mword\x1b[0m');

	expect(await seen(snapshot, ring)).toEqual(['red: word']);
});

test('of a flood the end is shown, and a program that fills the screen stays one', async () => {
	const { ring, screen } = printed(['\x1b[?1049h\x1b[?2004hbegin'], 20_000);
	for (let line = 0; line < 5_000; line++) print(ring, screen, `line ${line}\r\n`);

	const snapshot = await screen.snapshot();
	const drawn = inflateRawSync(snapshot.deflated).toString();

	expect((await seen(snapshot, ring)).at(-1)).toBe('line 4999');
	expect(drawn).toContain('\x1b[?1049h');
	expect(drawn).toContain('\x1b[?2004h');
});

test('a snapshot has the size that the terminal had', async () => {
	const { ring, screen } = printed(['a'.repeat(60)]);
	screen.resize({ cols: 80, rows: 10 });
	print(ring, screen, `\r\n${'b'.repeat(60)}`);

	const drawn = inflateRawSync((await screen.snapshot()).deflated).toString();

	expect(drawn).toContain('b'.repeat(60));
});
