import { randomUUID, type UUID } from 'node:crypto';
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	realpathSync,
	renameSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Open } from '#protocol/terminal';
import { BrowserEnd } from '#tests/support/browser-end';
import { startRunner, testShell, type RunnerSetup } from '#tests/support/runner';
import { AllowedFolders } from './folders.ts';
import type { KeptSessions } from './gone-sessions.ts';
import { IdeaFolders } from './idea-folders.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { answerRequest } from './requests.ts';
import { Tmux } from './tmux.ts';

let setup: RunnerSetup;
let top: string;
let chosen: string;
let folders: AllowedFolders;
let kept: KeptSessions | undefined;
const ideaId = randomUUID();
const keeping = () => ({ before: kept, save: (now: KeptSessions) => (kept = now) });
beforeEach(async () => {
	top = realpathSync(mkdtempSync(join(tmpdir(), 'coda-ideas-')));
	chosen = join(top, 'chosen');
	mkdirSync(chosen);
	kept = undefined;
	folders = new AllowedFolders([top]);
	const programFor = async (folder?: string) => testShell(await folders.resolve(folder));
	setup = await startRunner({ folders, programFor }, undefined, { keeping: keeping() });
});
afterEach(async () => {
	await setup.stop();
	rmSync(top, { recursive: true });
});

/** Opens a terminal. @returns where it begins, or why there is none */
async function begins(start: Partial<Open['start']>): Promise<string | undefined> {
	const browser = new BrowserEnd(setup.app);
	await browser.attach({ tmux: false, ideaId, ...start });
	return browser.opened?.folder ?? browser.closed?.reason;
}

/** Where somebody who picks a folder for the idea begins to look. */
async function pickedFrom(): Promise<string | undefined> {
	const request = { id: 1, ask: 'folders.list', ideaId } as const;
	const { sessions } = setup.runner;
	const answer = await answerRequest({ sessions, folders }, { role: 'writer' }, request);
	return 'folders' in answer ? answer.folders?.path : undefined;
}

test('terminals of an idea begin where somebody chose the last time, from any browser and after a new start', async () => {
	expect(await begins({})).toBe(top);
	expect(await begins({ folder: chosen, isChosen: true })).toBe(chosen);

	expect(await begins({})).toBe(chosen);
	expect(await pickedFrom()).toBe(chosen);
	expect(await begins({ ideaId: randomUUID() })).toBe(top);
	expect(await begins({ ideaId: undefined })).toBe(top);
	await setup.halt();
	await setup.startNext({ keeping: keeping() });
	expect(await begins({})).toBe(chosen);
});

test('a folder that nobody chose for the idea is not remembered, nor is one that is refused', async () => {
	expect(await begins({ folder: chosen })).toBe(chosen);
	expect(await begins({ folder: '/etc', isChosen: true })).toContain('not among those allowed');

	expect(await begins({})).toBe(top);
	expect(await pickedFrom()).toBeUndefined();
});

test('each terminal that begins in a remembered folder counts as its use', async () => {
	const another = randomUUID();
	for (const of of [ideaId, another]) {
		await begins({ ideaId: of, folder: chosen, isChosen: true });
	}

	await begins({});

	expect(kept?.folders.map((of) => of.ideaId)).toEqual([another, ideaId]);
});

test('a folder is not remembered for a terminal that could not be started', async () => {
	const env = { ...testShell().env, PATH: `${top}:${process.env.PATH}` };
	const broken = join(top, 'tmux');
	writeFileSync(
		broken,
		'#!/bin/sh\n[ "$1" = -V ] && echo tmux 3.4 && exit\necho no server >&2; exit 1\n'
	);
	chmodSync(broken, 0o755);
	await setup.stop();
	const tmux = new Tmux('coda-test-broken', env);
	const programFor = async (folder?: string) => ({
		...testShell(await folders.resolve(folder)),
		env
	});
	setup = await startRunner({ folders, programFor, tmux }, undefined, { keeping: keeping() });

	const why = await begins({ tmux: true, folder: chosen, isChosen: true });

	expect(why).toContain('cannot start a terminal now');
	expect(kept?.folders ?? []).toEqual([]);
	expect(await begins({})).toBe(top);
});

test('the choice is left to the computer again', async () => {
	await begins({ folder: chosen, isChosen: true });

	expect(await begins({ isChosen: true })).toBe(top);

	expect(await begins({})).toBe(top);
	expect(kept?.folders).toEqual([]);
});

test('a folder that is away refuses no terminal, and counts when it is there again', async () => {
	await begins({ folder: chosen, isChosen: true });
	renameSync(chosen, `${chosen}-away`);

	expect(await begins({})).toBe(top);
	expect(await pickedFrom()).toBeUndefined();

	renameSync(`${chosen}-away`, chosen);
	expect(await begins({})).toBe(chosen);
});

test('so many are remembered, and the one used longest ago is forgotten first', () => {
	const remembered = new IdeaFolders();
	const ids = Array.from({ length: RUNNER_LIMITS.ideaFolders + 1 }, () => randomUUID());

	const [used, unused, ...others] = ids as [UUID, UUID];
	for (const id of [used, unused, ...others.slice(0, -1)]) remembered.choose(id, `/of/${id}`);
	remembered.used(used, `/of/${used}`);
	remembered.used(unused, '/elsewhere');
	for (const id of others.slice(-1)) remembered.choose(id, `/of/${id}`);

	expect(remembered.items).toHaveLength(RUNNER_LIMITS.ideaFolders);
	expect(remembered.of(used)).toBe(`/of/${used}`);
	expect(remembered.of(unused)).toBeUndefined();
	expect(remembered.of(ids.at(-1))).toBe(`/of/${ids.at(-1)}`);
});
