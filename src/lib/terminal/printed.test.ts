import { Terminal } from '@xterm/headless';
import { expect, test } from 'vitest';
import { guardParser, harmlessPaste, leaveQuestions, linkTarget } from './printed';

/** What a terminal types when a program prints something. */
async function typedBy(output: string, isAnsweredElsewhere = false): Promise<string> {
	const terminal = new Terminal({ allowProposedApi: true });
	guardParser(terminal.parser);
	leaveQuestions(terminal.parser, () => isAnsweredElsewhere);
	let typed = '';
	terminal.onData((data) => (typed += data));
	await new Promise<void>((resolve) => terminal.write(output, resolve));
	terminal.dispose();
	return typed;
}

test('only addresses of the web are followed', () => {
	expect(linkTarget('https://example.com/a?b#c')).toBe('https://example.com/a?b#c');
	expect(linkTarget('http://localhost:5173')).toBe('http://localhost:5173/');

	for (const other of [
		'javascript:alert(1)',
		'JaVaScRiPt:alert(1)',
		'file:///etc/passwd',
		'data:text/html,x',
		'vscode://file/x',
		'mailto:ada@example.com',
		'example.com',
		''
	]) {
		expect(linkTarget(other), other).toBeUndefined();
	}
});

test('a paste keeps its lines and tabs, and cannot end itself', () => {
	const wicked = 'one\r\n\ttwo\u001b[201~\nrm -rf x\u0003\u0000\u009b201~\u007f';

	expect(harmlessPaste(wicked)).toBe('one\r\n\ttwo[201~\nrm -rf x201~');
	expect(harmlessPaste('größer 🎈 ~')).toBe('größer 🎈 ~');
});

test('nothing that is printed types an answer of its own choosing', async () => {
	for (const printed of [
		'\u001b]52;c;?\u0007',
		'\u001b]52;c;cm0gLXJmCg==\u0007',
		'\u001b]10;?\u0007\u001b]11;?\u0007\u001b]4;1;?\u0007',
		'\u001b]2;a title\u0007\u001b[21t\u001b[20t\u001b[18t\u001b[14t',
		'\u001bP$qm\u001b\\\u001bP$q"p\u001b\\'
	]) {
		expect(await typedBy(printed), JSON.stringify(printed)).toBe('');
	}
});

test('where the cursor is, and what terminal this is, is answered in numbers', async () => {
	expect(await typedBy('\u001b[6n')).toBe('\u001b[1;1R');
	expect((await typedBy('\u001b[c')).slice(1)).toMatch(/^\[\?[\d;]+c$/);
});

test('what is answered elsewhere is not answered once more', async () => {
	for (const question of ['[c', '[>c', '[=c', '[5n', '[6n', '[?6n', '[20$p', '[?2004$p']) {
		expect(await typedBy(`\u001b${question}`, true), question).toBe('');
	}
});

test('a colour is still set', async () => {
	expect(await typedBy('\u001b]4;1;#ff0000\u0007')).toBe('');
});
