import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FRAME } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { BrowserEnd } from '#tests/support/browser-end';
import { startHouse, type House } from '#tests/support/house';
import { isLong } from '#tests/support/long';

/** What `cat` carries: a hundred megabytes where there is time. */
const CARRIED_BYTES = isLong ? 100_000_000 : 10_000_000;

let house: House;
beforeAll(async () => {
	house = await startHouse();
});
afterAll(() => house.stop());

/** A file in the folder where terminals begin. */
function file(name: string, content: string | Uint8Array): void {
	writeFileSync(join(house.home, 'projects', name), content);
}

/** A tab with a terminal of its own, at its prompt. */
async function openTerminal(): Promise<BrowserEnd> {
	const tab = new BrowserEnd(house.ada);
	await tab.attach();
	await tab.prints('ready> ');
	return tab;
}

/** Has a program print into a terminal that changes nothing of it. @returns what it prints */
async function printed(tab: BrowserEnd, command: string, bytes: number): Promise<Buffer> {
	tab.type(`stty raw -echo; echo "be""gin"; ${command}; stty sane\r`);
	await tab.prints('begin\n');
	const from = tab.output.indexOf('begin\n') + 6;
	await tab.until(() => tab.length >= from + bytes);
	return tab.output.subarray(from, from + bytes);
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('a key goes to the shell of a paired computer and comes back, and the app knows that it is there', async () => {
	const tab = await openTerminal();

	tab.type('echo "sum $((40 + 2))"\r');

	await tab.prints('sum 42');
	await tab.until(() => tab.given === 1);
	await expect
		.poll(() => house.ada.api.runners.list.query())
		.toMatchObject([{ id: house.ada.runnerId, isOnline: true, hostname: expect.any(String) }]);
});

test('a size that a tab wishes for is the program’s, and the other tab hears of it', async () => {
	const tab = await openTerminal();
	const other = new BrowserEnd(house.ada, tab.sessionId);
	await other.attach();

	tab.say({ type: FRAME.RESIZE, cols: 132, rows: 43 });
	await other.until(() => other.size.cols === 132);
	tab.type('stty size\r');

	await tab.prints('43 132');
	expect(other.size).toEqual({ cols: 132, rows: 43 });
});

test('letters of every width go both ways as they are', async () => {
	const tab = await openTerminal();
	const text = 'größer 日本語 👩‍🚀 e\u0301 ｗｉｄｅ עברית';
	file('letters.txt', `${text}\n`);

	tab.type(`cat letters.txt; read -r typed; test "$typed" = "${text}" && echo "the ""same"\r`);
	await tab.prints(text);
	tab.type(`${text}\r`);

	await tab.prints('the same');
});

test('bytes that are no text arrive as they are', async () => {
	const tab = await openTerminal();
	const bytes = Uint8Array.from({ length: 4_096 }, (_, index) => (index * 37) % 256);
	file('bytes', bytes);

	expect(sha256(await printed(tab, 'cat bytes', bytes.length))).toBe(sha256(bytes));
});

test('a program that fills the screen stays one for whoever comes later, and gives the screen back', async () => {
	const tab = await openTerminal();
	file('long.txt', Array.from({ length: 200 }, (_, index) => `line ${index + 1}`).join('\n'));

	tab.type('less long.txt\r');
	await tab.prints('line 20');
	tab.type('G');
	await tab.prints('line 200');
	const later = new BrowserEnd(house.ada, tab.sessionId);
	await later.attach();
	await later.until(() => later.snapshots.length === 1);

	expect(tab.text).toContain('\x1b[?1049h');
	const [screen = ''] = later.snapshots;
	expect(screen).toContain('\x1b[?1049h');
	expect(screen).toContain('line 200');
	later.type('q');
	await tab.prints('\x1b[?1049l');
	await tab.prints(/\[\?1049l[^]*ready> /);
});

test('what cat prints is the same at both ends, byte for byte', async () => {
	const tab = await openTerminal();
	const line = '0123456789 zwölf Boxkämpfer 日本 ';
	const text = Buffer.from(line.repeat(Math.ceil(CARRIED_BYTES / Buffer.byteLength(line))));
	const content = text.subarray(0, CARRIED_BYTES);
	file('much', content);

	expect(sha256(await printed(tab, 'cat much', content.length))).toBe(sha256(content));
});

test('^C ends a flood, and the prompt is there', async () => {
	const tab = await openTerminal();
	tab.type('yes flood\r');
	await tab.until(() => tab.length > 5_000_000);

	tab.type('\x03');

	await tab.prints(/\^C\r\n[^]*ready> $/);
});

test('a tab that has stopped reading holds up nobody, nothing piles up for it, and it comes back to the end', async () => {
	const tab = await openTerminal();
	const slow = new BrowserEnd(house.ada, tab.sessionId);
	await slow.attach();
	slow.end?.socket.pause();

	tab.type('head -c 20000000 /dev/zero | tr "\\0" "x" | fold -w 79; echo "at the ""end"\r');
	await tab.prints('at the end');

	expect(tab.length).toBeGreaterThan(20_000_000);
	const most = WIRE.windowMaxBytes + WIRE.backlogSlackBytes;
	expect(await house.relay.metric('backlog_bytes')).toBeLessThan(most);
	slow.cut();
	const seen = slow.snapshots.length;
	await slow.attach();
	await slow.until(() => slow.snapshots.length > seen);
	expect(slow.snapshots.at(-1)).toContain('at the end');
});
