import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const [schemaVersion] = readdirSync(new URL('./prisma/migrations', import.meta.url))
	.filter((name) => /^\d/.test(name))
	.sort()
	.reverse();

const { version } = JSON.parse(
	readFileSync(new URL('./package.json', import.meta.url), 'utf8')
) as { version: string };

const pages = readdirSync(new URL('./src/routes', import.meta.url), { recursive: true })
	.map((path) => `/${String(path).replaceAll('\\', '/')}`)
	.filter((path) => path.endsWith('/+page.svelte'))
	.map((path) => path.slice(0, -'/+page.svelte'.length) || '/');

/** trpc-sveltekit imports tRPC 10's `resolveHTTPResponse`; a module of ours answers with tRPC 11's resolver. */
const trpcSveltekitOnTrpc11 = (): Plugin => ({
	name: 'trpc-sveltekit-on-trpc-11',
	enforce: 'pre',
	resolveId: (source, importer) =>
		source === '@trpc/server/http' && importer?.includes('trpc-sveltekit')
			? fileURLToPath(new URL('./src/lib/server/trpc/http-compat.ts', import.meta.url))
			: undefined
});

/** What the board and most other pages have in common. What only a few of them need goes with them. */
const SHARED = new RegExp(
	[
		// Not the shapes, nor Markdown, nor charts, nor what edits a text; of the primitives those that the board has at once.
		'src/lib/(?!schemas/|markdown/|terminal/|messages|platforms|incident-clocks|components/ui/(?!Empty|ShowMore)|components/(charts/|PageMeta|FreshSignIn|Mark[a-z]))' +
			'(?!state/(editable|copy-idea|conversions)|vitals|texts|tags|feature-fields|idea-fields)',
		// The board's own parts, because the pages of states under /dev have them, too.
		'src/routes/\\(app\\)/ideas/(?!CapturePreview)[^[]+$',
		'protocol/errors',
		'@lucide/svelte/dist/(?!icons/(lock|pencil)\\.)'
	].join('|')
);

/** What is around every page of ideas, and the board's own lines: one file with what they need. */
const BOARD = new RegExp(
	[
		'src/lib/components/(AccountMenu|Rail|SyncState|ThemeSwitch|IdeaRow|IdeaSection)',
		'src/lib/(sync-words|form-person|state/palette|state/install|state/connection)',
		'src/routes/\\(app\\)/ideas/(EmptyBoard|view-links)'
	].join('|')
);

/**
 * Few files instead of many: each answer brings 600 bytes of headers, and what two pages share would
 * otherwise become a file of its own, down to a single icon.
 */
const fewChunks = (): Plugin => ({
	name: 'few-chunks',
	applyToEnvironment: ({ config }) => config.consumer === 'client',
	options: (options) => ({
		...options,
		// tRPC's client does not say so of itself, and its WebSocket link would come along unused.
		treeshake: {
			moduleSideEffects: [{ test: /node_modules\/@trpc\/client\//, sideEffects: false }]
		}
	}),
	outputOptions: (options) => ({
		...options,
		codeSplitting: {
			groups: [
				{
					name: 'framework',
					test: /node_modules\/(svelte|esm-env|clsx|devalue|@sveltejs|@trpc)\//,
					priority: 2
				},
				{
					name: 'shared',
					test: SHARED,
					// The pages of states under /dev have every page's parts: theirs is one share that nobody downloads.
					minShareCount: 3,
					priority: 1
				},
				{ name: 'shared', test: BOARD, priority: 1 }
			]
		}
	})
});

/**
 * Lays the source maps of what browsers run beside the build and out of what is served: stacks are resolved on the
 * server, for admins. Maps of builds before stay for a month, for pages that are still open.
 */
const hiddenSourceMaps = (): Plugin => ({
	name: 'hidden-source-maps',
	apply: 'build',
	applyToEnvironment: ({ config }) => config.consumer === 'client',
	outputOptions: (options) => ({ ...options, sourcemap: 'hidden' }),
	generateBundle(_, bundle) {
		removeOldMaps();
		for (const [name, file] of Object.entries(bundle)) {
			if (!name.endsWith('.map') || file.type !== 'asset') continue;
			const path = join(MAPS, name);
			mkdirSync(dirname(path), { recursive: true });
			writeFileSync(path, file.source);
			delete bundle[name];
		}
	}
});

const MAPS = fileURLToPath(new URL('./.svelte-kit/maps', import.meta.url));
const MONTH_MS = 30 * 86_400_000;

function removeOldMaps() {
	if (!existsSync(MAPS)) return;
	for (const name of readdirSync(MAPS, { recursive: true, encoding: 'utf8' })) {
		const path = join(MAPS, name);
		const { mtimeMs } = statSync(path);
		if (name.endsWith('.map') && Date.now() - mtimeMs > MONTH_MS) rmSync(path);
	}
}

/** Where kit says which route a node of the build is. */
const NODES = fileURLToPath(
	new URL('./.svelte-kit/generated/client-optimized/nodes', import.meta.url)
);
const isOperators = (node: string) =>
	/\/routes\/(dev|\(admin\))\//.test(readFileSync(node, 'utf8'));

/**
 * What is fetched together with a page. Every page brings that list for all others, so pages of operators and of
 * developers are left out of it, but for their styles: they ask for their parts one after the other.
 */
function resolveDependencies(file: string, parts: string[]): string[] {
	const [, number] = /\/nodes\/(\d+)\.[^/]+\.js$/.exec(file) ?? [];
	if (!number || !isOperators(join(NODES, `${number}.js`))) return parts;
	return parts.filter((part) => part.endsWith('.css'));
}

export default defineConfig({
	build: { modulePreload: { polyfill: false, resolveDependencies } },
	define: {
		__BUILT_AT__: JSON.stringify(new Date().toISOString()),
		__PAGES__: JSON.stringify(pages),
		__VERSION__: JSON.stringify(version),
		__SCHEMA_VERSION__: JSON.stringify(schemaVersion ?? 'none')
	},
	plugins: [trpcSveltekitOnTrpc11(), tailwindcss(), sveltekit(), fewChunks(), hiddenSourceMaps()],
	ssr: { noExternal: ['trpc-sveltekit', '@trpc/server'] },
	test: {
		maxWorkers: 2,
		silent: 'passed-only',
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: [
						'protocol/**/*.test.ts',
						'src/**/*.test.ts',
						'scripts/**/*.test.ts',
						'tests/project/**/*.test.ts'
					],
					exclude: ['src/lib/server/**'],
					// The first to lint loads every rule.
					testTimeout: 30_000
				}
			},
			{
				extends: true,
				test: {
					name: 'relay',
					include: ['relay/**/*.test.ts'],
					globalSetup: ['./tests/support/redis-server.ts'],
					testTimeout: 30_000
				}
			},
			{
				extends: true,
				test: {
					name: 'runner',
					include: ['runner/**/*.test.ts'],
					globalSetup: ['./tests/support/tmux-program.ts'],
					testTimeout: 30_000
				}
			},
			{
				extends: true,
				test: {
					name: 'system',
					include: ['tests/system/**/*.test.ts'],
					globalSetup: [
						'./tests/support/postgres-server.ts',
						'./tests/support/redis-server.ts',
						'./tests/support/app-build.ts',
						'./tests/support/terminal-programs.ts'
					],
					// Programs of the project take seconds to start on a loaded machine, and lines to be given up.
					testTimeout: 120_000,
					hookTimeout: 120_000
				}
			},
			{
				extends: true,
				test: {
					name: 'integration',
					include: ['src/lib/server/**/*.test.ts', 'tests/integration/**/*.test.ts'],
					globalSetup: ['./tests/support/postgres-server.ts', './tests/support/redis-server.ts'],
					setupFiles: ['./tests/support/database.ts'],
					// A loaded machine is late now and then.
					retry: process.env.CI ? 1 : 0,
					pool: 'forks',
					testTimeout: 30_000,
					hookTimeout: 60_000
				}
			}
		]
	}
});
