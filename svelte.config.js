import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import node from '@sveltejs/adapter-node';
import vercel from '@sveltejs/adapter-vercel';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { withMaps } from './scripts/serving/function-maps.mjs';

/** The theme script stands in `app.html`, before the first paint; its hash admits it on prerendered pages too. */
const [, themeScript = ''] =
	readFileSync(new URL('./src/app.html', import.meta.url), 'utf8').match(
		/<script>([\s\S]*?)<\/script>/
	) ?? [];
const themeScriptHash = createHash('sha256').update(themeScript).digest('base64');

const forVercel = Boolean(process.env.VERCEL) || process.env.CODA_ADAPTER === 'vercel';

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	kit: {
		adapter: forVercel
			? withMaps(vercel({ runtime: 'nodejs22.x', regions: ['iad1'] }))
			: node({ envPrefix: 'CODA_NODE_', precompress: true }),
		alias: { '#protocol/*': './protocol/*', '#tests/*': './tests/*' },
		csp: {
			mode: 'auto',
			directives: {
				'default-src': ['none'],
				'base-uri': ['none'],
				'connect-src': ['self'],
				'font-src': ['self'],
				'form-action': ['self'],
				'frame-ancestors': ['none'],
				// The development inbox shows a mail as it is; nothing else may be framed, by anyone.
				'frame-src': ['self'],
				'img-src': ['self', 'data:'],
				'manifest-src': ['self'],
				'script-src': ['self', `sha256-${themeScriptHash}`],
				'style-src': ['self'],
				'style-src-attr': ['unsafe-inline'],
				'worker-src': ['self']
			}
		},
		// The worker shows one page at many addresses, so files are named from the root.
		paths: { relative: false },
		// Only for those who are signed in, and not in `pnpm dev`: the layout of the pages does it.
		serviceWorker: { register: false },
		// The same check stands in `form-origin.ts`, with the one exception that kit has no name for.
		csrf: { trustedOrigins: ['*'] },
		prerender: {
			// Pages say themselves that they are prerendered; links from them lead to pages that are not.
			crawl: false,
			// Link previews need absolute addresses. A build that was told none leaves them out.
			origin: process.env.AUTH_URL ? new URL(process.env.AUTH_URL).origin : undefined
		},
		typescript: {
			config: (config) => ({
				...config,
				include: [
					...config.include,
					'../protocol/**/*.ts',
					'../relay/**/*.ts',
					'../runner/**/*.ts',
					'../scripts/**/*.ts',
					'../scripts/**/*.mjs',
					'../prisma/*.ts',
					'../prisma/*.mjs',
					'../*.ts',
					'../*.js'
				]
			})
		},
		// Without a commit each build has the time as its name, so that open pages notice the next one.
		version: { name: process.env.VERCEL_GIT_COMMIT_SHA ?? process.env.CODA_COMMIT }
	}
};
