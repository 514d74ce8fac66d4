import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eachMapping, TraceMap, type EachMapping } from '@jridgewell/trace-mapping';
import { createTRPCClient, httpLink } from '@trpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, createSession, sql } from '#tests/support/app-people';
import { startApp, type App } from '#tests/support/app-server';
import { ensureBuild } from '../../scripts/local/build.ts';
import { projectPath } from '../../scripts/local/project.ts';
import type { AppRouter } from '../../src/lib/server/trpc/router.ts';
import { transformer } from '../../src/lib/transformer.ts';

const served = projectPath('.vercel/output/static');
const functions = projectPath('.vercel/output/functions');
const LIMIT_BYTES = 250e6;

/** Files below a folder, without what links lead to. */
const filesIn = (folder: string): string[] =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));

/** The folders of functions themselves, of which each route has a link. */
const ownFunctions = (): string[] => [
	...new Set(
		filesIn(functions)
			.filter((path) => path.endsWith('/.vc-config.json'))
			.map((path) => join(path, '..'))
	)
];

let app: App;
beforeAll(async () => {
	await ensureBuild({ say: console.log, target: 'vercel' });
	const [functionFolder] = ownFunctions();
	app = await startApp({ functionFolder });
}, 300_000);
afterAll(() => app.stop());

/** A place in a script that browsers run, as the map of this build has it. */
function aPlace(): { script: string; place: EachMapping & { source: string } } {
	const [folder = ''] = ownFunctions();
	for (const path of filesIn(join(served, '_app/immutable/nodes'))) {
		const script = path.slice(served.length + 1);
		const map = new TraceMap(
			readFileSync(join(folder, '.svelte-kit/maps', `${script}.map`), 'utf8')
		);
		let place: EachMapping | undefined;
		eachMapping(map, (one) => {
			if (one.source?.includes('src/routes/') && one.name) place ??= one;
		});
		if (place?.source) return { script, place: place as EachMapping & { source: string } };
	}
	throw new Error('No script of a page is of our own sources.');
}

/** What a browser tells of, at that place. */
function stackAt({ script, place }: ReturnType<typeof aPlace>): string {
	const { generatedLine, generatedColumn } = place;
	return `RangeError: Odd\n    at a (${app.origin}/${script}:${generatedLine}:${generatedColumn + 1})`;
}

/** How the source is named. */
const sourceOf = ({ place }: ReturnType<typeof aPlace>): string =>
	`${place.source.replace(/^(\.\.\/)+/, '')}:${place.originalLine}:`;

test('maps are in the function, none is served, and functions are small enough', () => {
	const folders = ownFunctions();
	expect(folders.length).toBeGreaterThan(0);

	const scripts = filesIn(join(served, '_app/immutable')).filter((path) => path.endsWith('.js'));
	expect(filesIn(served).filter((path) => path.includes('.map'))).toEqual([]);
	for (const script of scripts) {
		expect(readFileSync(script, 'utf8'), script).not.toContain('sourceMappingURL');
	}
	for (const folder of folders) {
		const files = filesIn(folder);
		const maps = files.filter((path) => path.includes('/.svelte-kit/maps/'));
		expect(maps.length, folder).toBeGreaterThan(50);
		expect(maps.length, folder).toBeLessThanOrEqual(scripts.length);
		const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
		expect(bytes, folder).toBeLessThan(LIMIT_BYTES);
	}
});

test('an error of a browser names its sources where the function keeps it, and maps are at no address', async () => {
	const at = aPlace();

	const told = await fetch(`${app.origin}/api/errors`, {
		method: 'POST',
		headers: { origin: app.origin, 'content-type': 'application/json' },
		body: JSON.stringify({
			kind: 'RangeError',
			message: 'Odd',
			stack: stackAt(at),
			route: '/(app)/ideas'
		})
	});
	expect(told.status, app.output()).toBe(204);
	const stacks = () => sql<{ stack: string }>(app, 'SELECT stack FROM error_events');
	await expect.poll(stacks, { timeout: 20_000 }).toHaveLength(1);

	expect((await stacks())[0]?.stack).toContain(`at ${at.place.name} (${sourceOf(at)}`);
	for (const path of [`/${at.script}.map`, `/.svelte-kit/maps/${at.script}.map`]) {
		expect((await fetch(app.origin + path)).status, path).toBe(404);
	}
});

test('what was kept as it came names its sources when an admin looks at it', async () => {
	const at = aPlace();
	const ada = await createPerson(app);
	await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
	const [group] = await sql<{ id: string }>(
		app,
		`INSERT INTO error_groups (id, fingerprint, source, kind, message, count, first_at, last_at, first_release,
			last_release)
		 VALUES (gen_random_uuid(), 'before', 'browser', 'RangeError', 'Odd', 1, now(), now(), '', '') RETURNING id`
	);
	await sql(
		app,
		`INSERT INTO error_events (id, group_id, at, source, message, stack, release)
		 VALUES (gen_random_uuid(), $1, now(), 'browser', 'Odd', $2, '')`,
		[group?.id, stackAt(at)]
	);
	const headers = { cookie: `coda-session=${await createSession(app, ada)}`, origin: app.origin };
	const api = createTRPCClient<AppRouter>({
		links: [httpLink({ url: `${app.origin}/api/trpc`, transformer, headers })]
	});

	const { event } = await api.errors.get.query({ id: group?.id ?? '' });

	expect(event?.stack).toContain(`at ${at.place.name} (${sourceOf(at)}`);
});
