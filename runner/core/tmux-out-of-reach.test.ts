import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BrowserEnd } from '#tests/support/browser-end';
import { testShell, type RunnerSetup } from '#tests/support/runner';
import type { TestTmux } from '#tests/support/tmux';
import { TmuxComputer } from '#tests/support/tmux-computer';
import type { KeptSessions } from './gone-sessions.ts';
import { Tmux } from './tmux.ts';

let computer: TmuxComputer;
let server: TestTmux;
let setup: RunnerSetup;
let folder: string;
beforeEach(() => {
	computer = new TmuxComputer();
	({ server, folder } = computer);
});
afterEach(() => computer.stop());

const inTmux = { tmux: true };

async function start(tmux?: Tmux): Promise<void> {
	setup = await computer.start(undefined, tmux);
}

test('a tmux that is out of reach for a while ends nothing: what it keeps is there again', async () => {
	const { tmux, reach } = passing();
	await start(tmux);
	const [one, other] = [new BrowserEnd(setup.app), new BrowserEnd(setup.app)];
	for (const browser of [one, other]) await browser.attach(inTmux);
	await one.prints('ready> ');
	one.type('kept=$((6 * 7))\r');
	await one.until(() => one.given === 1);
	await setup.halt();
	const { running } = computer.kept ?? {};
	expect(running).toHaveLength(2);

	reach(false);
	await setup.startNext({ keeping: computer.keeping() });
	await one.attach({ tmux: true });

	expect(one.closed).toMatchObject({ kind: 'refused', code: 'SERVICE_UNAVAILABLE' });
	expect(one.closed?.reason).toContain('tmux');
	expect(computer.kept).toMatchObject({ running, gone: [] });
	reach(true);
	await expect.poll(() => setup.runner.sessions.items, { timeout: 10_000 }).toHaveLength(2);
	await one.attach(null);
	one.type('echo "it has $kept"\r');
	await one.prints('it has 42');
	expect(computer.kept?.gone).toEqual([]);
});

test('one that does not answer keeps no other waiting, is listed, and is ended when it answers', async () => {
	const { tmux, hang, goOn } = passing();
	await start(tmux);
	const names = ['coda-idea-1', 'coda-idea-2', 'coda-idea-3'];
	const tabs = names.map(() => new BrowserEnd(setup.app));
	for (const [index, tab] of tabs.entries()) {
		await tab.attach({ tmux: true, title: names[index], tmuxName: names[index] });
	}
	const [hung] = tabs as [BrowserEnd];
	await setup.halt();

	hang('coda-idea-1');
	await setup.startNext({ keeping: computer.keeping() });

	const { sessions } = setup.runner;
	expect(sessions.items.map(({ title }) => title).toSorted()).toEqual(names.slice(1));
	expect(sessions.listed.silent).toMatchObject([{ sessionId: hung.sessionId, title: names[0] }]);
	expect(sessions.gone.items).toEqual([]);
	await hung.attach(null);
	expect(hung.closed).toMatchObject({ kind: 'refused', code: 'SERVICE_UNAVAILABLE' });

	sessions.end(hung.sessionId);
	expect(sessions.listed.silent).toMatchObject([{ isEnding: true }]);
	expect(computer.kept?.running).toContainEqual(expect.objectContaining({ isEnding: true }));
	goOn();

	await expect.poll(() => sessions.silent, { timeout: 10_000 }).toEqual([]);
	const left = async () => (await server.byHand('ls', '-F', '#{session_name}')).trim().split('\n');
	await expect.poll(left).toEqual(names.slice(1));
	expect(sessions.gone.items).toEqual([]);
});

/** Starts one, and the next runner while tmux does not answer; then the computer is not paired any more. */
async function unpairWhileSilent(tmux: Tmux, silence: () => void): Promise<void> {
	await start(tmux);
	const browser = new BrowserEnd(setup.app);
	await browser.attach({ tmux: true, tmuxName: 'coda-idea-1' });
	await setup.halt();
	silence();
	await setup.startNext({ keeping: computer.keeping() });
	setup.app.mood = 'refuses';
	setup.runner.reconnect();
}

test('what is being taken up when the computer is unpaired is ended, and does not go on in tmux', async () => {
	const { tmux, hang, goOn } = passing();
	await unpairWhileSilent(tmux, () => hang('coda-idea-1'));
	await expect.poll(() => setup.runner.sessions.silent).toMatchObject([{ isEnding: true }]);

	goOn();

	expect(await setup.ran).toBe('unpaired');
	await expect(server.byHand('ls')).rejects.toThrow(/no server|error connecting/);
	expect(computer.kept).toEqual({ running: [], gone: [], folders: [] });
});

test('what tmux does not answer for when the computer is unpaired is ended by the next runner', async () => {
	const { tmux, reach } = passing();
	await unpairWhileSilent(tmux, () => reach(false));
	expect(await setup.ran).toBe('unpaired');
	expect(computer.kept).toMatchObject({ running: [{ isEnding: true }], gone: [], folders: [] });

	reach(true);
	setup.app.mood = 'answers';
	await setup.startNext({ keeping: computer.keeping() });

	await expect
		.poll(() => computer.kept, { timeout: 15_000 })
		.toEqual({ running: [], gone: [], folders: [] });
	await expect(server.byHand('ls')).rejects.toThrow(/no server|error connecting/);
});

test('what is saved while terminals are taken up has those, too, whose turn is still to come', async () => {
	await start();
	for (let count = 0; count < 3; count += 1) await new BrowserEnd(setup.app).attach(inTmux);
	await setup.halt();
	const saved: number[] = [];

	const before = computer.kept;
	const save = ({ running }: KeptSessions) => void saved.push(running.length);
	await setup.startNext({ keeping: { before, save } });

	expect(new Set(saved)).toEqual(new Set([3]));
});

test('that a terminal is gone is kept for the next runner, also where tmux says so late', async () => {
	const { tmux, reach } = passing();
	await start(tmux);
	const browser = new BrowserEnd(setup.app);
	await browser.attach(inTmux);
	await setup.halt();
	reach(false);
	await setup.startNext({ keeping: computer.keeping() });

	await server.byHand('kill-server');
	reach(true);

	const { sessionId } = browser;
	await expect
		.poll(() => computer.kept, { timeout: 10_000 })
		.toMatchObject({
			running: [],
			gone: [{ sessionId, why: 'runner-stopped' }]
		});
});

test('a terminal whose client is gone while tmux does not answer goes on, and is not ended', async () => {
	const { tmux, reach, refusals } = passing();
	await start(tmux);
	const browser = new BrowserEnd(setup.app);
	await browser.attach({ tmux: true, tmuxName: 'coda-idea-1' });
	await browser.prints('ready> ');

	reach(false);
	await server.byHand('detach-client', '-s', 'coda-idea-1');
	await expect.poll(refusals).toContain('list-panes');
	browser.type('echo "still $((40 + 4))"\r');
	reach(true);

	await browser.prints('still 44');
	expect(browser.closed).toBeUndefined();
	expect(refusals()).not.toContain('kill-session');
});

/** A tmux that can be put out of reach, or not answer for one session, and what was asked of it meanwhile. */
function passing() {
	const [command, away, asked, hung, pid] = ['tmux', 'away', 'asked', 'hung', 'pid'].map((name) =>
		join(folder, name)
	) as [string, string, string, string, string];
	const lines = [
		'#!/bin/sh',
		`if [ -e ${away} ]; then echo "$@" >> ${asked}; echo "lost server" >&2; exit 1; fi`,
		`if [ -e ${hung} ]; then case "$*" in *"$(cat ${hung})"*) echo $$ > ${pid}; exec sleep 20; esac; fi`,
		`PATH="\${PATH#*:}" exec tmux "$@"`
	];
	writeFileSync(command, lines.join('\n'));
	writeFileSync(asked, '');
	chmodSync(command, 0o755);
	const env = { ...testShell().env, PATH: `${folder}:${process.env.PATH}` };
	return {
		tmux: new Tmux(server.tmux.server, env),
		reach: (isThere: boolean) => (isThere ? rmSync(away) : writeFileSync(away, '')),
		hang: (name: string) => writeFileSync(hung, name),
		/** Whoever waited for it meanwhile is told nothing. */
		goOn() {
			rmSync(hung);
			process.kill(Number(readFileSync(pid, 'utf8')));
		},
		refusals: () => readFileSync(asked, 'utf8')
	};
}
