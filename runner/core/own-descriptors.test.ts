import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BrowserEnd } from '#tests/support/browser-end';
import { startRunner, testShell, type RunnerSetup } from '#tests/support/runner';

let setup: RunnerSetup;
beforeEach(async () => {
	setup = await startRunner({
		programFor: async () => ({ ...testShell(), env: { ...testShell().env, MINE: 'a b"c$d' } })
	});
});
afterEach(() => setup.stop());

async function attached(): Promise<BrowserEnd> {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	await browser.prints('ready> ');
	return browser;
}

test('what runs in one terminal cannot type into another', async () => {
	const [one, other] = [await attached(), await attached()];
	const last = await attached();
	const mark = join(tmpdir(), `coda-${crypto.randomUUID()}`);

	last.type(
		`for fd in /proc/$$/fd/*; do [ \${fd##*/} -gt 2 ] && echo "touch ${mark}" >&\${fd##*/}; done 2>&-\r`
	);
	last.type('echo "tried $((1 + 1))"\r');
	await last.prints('tried 2');
	for (const browser of [one, other]) {
		browser.type('echo "still $((1 + 1))"\r');
		await browser.prints('still 2');
		expect(browser.text).not.toContain('touch');
	}

	expect(existsSync(mark)).toBe(false);
});

test('a program has input, output and errors, and nothing else of the runner’s', async () => {
	await attached();
	const browser = await attached();

	browser.type('ls -x /proc/$$/fd; echo "listed $((1 + 1))"\r');
	await browser.prints('listed 2');

	// The last one is bash's own.
	expect(browser.text).toMatch(/[\r\n]0 +1 +2 +255\s/);
});

test('a program gets its arguments and its environment as they are', async () => {
	const browser = await attached();

	browser.type('echo "<$MINE> <$0> <$-> <$SHLVL> <${OLDPWD-none}>"\r');
	await browser.prints(/<a b"c\$d>.*\r\n/);

	expect(browser.text).toMatch(/<a b"c\$d> <\/bin\/bash> <\w+> <1> <none>\r\n/);
});
