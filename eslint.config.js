import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Where the environment may be read: the one place of each program, and what runs before it. */
const READS_ENVIRONMENT = [
	'src/lib/server/env.ts',
	'relay/main.ts',
	'{relay,runner}/**/*.test.ts',
	'runner/core/config.ts',
	'scripts/**',
	'prisma/**',
	'tests/**',
	'*.config.{js,ts}'
];

/**
 * An import that goes against the arrows of docs/architecture.md, with the reason.
 *
 * @param {string} regex
 * @param {string} message
 */
const arrow = (regex, message) => ({ regex, message });

const NOT_SERVICES = arrow(
	'^(\\$lib/server|\\.\\.?)(/.*)?/services(/|$)',
	'A page asks a procedure (locals.trpc), and the procedure asks the service.'
);
const NOT_PRISMA = arrow(
	'(^|/)(prisma/client|db)$',
	'Only services, auth and what keeps the database itself see Prisma.'
);
const NOT_HTTP = arrow(
	'^(@sveltejs/kit|\\$app/)',
	'A service knows nothing of HTTP: throw a refusal, the edge translates it.'
);
const NOT_OTHER_PROGRAMS = arrow(
	'^(#|\\.\\./)*(relay|runner)/',
	'The web program shares nothing with the relay and the runner but protocol/.'
);
const NOT_BY_PATH = arrow(
	'^(\\.\\./)+protocol/',
	'What programs agree on is imported as #protocol/….'
);
const ONLY_ZOD = arrow(
	'^(?!zod$|\\./)',
	'protocol/ runs in browsers, in the relay and on people’s computers: it imports zod and itself.'
);
const RELAY_ALONE = arrow(
	'^\\.\\./|^\\$|^#(?!protocol/)',
	'The relay knows nobody: it imports #protocol/…, its packages and itself.'
);
const RUNNER_ALONE = arrow(
	'^(\\.\\./)+(relay|scripts|protocol)/|^\\$|^#(?!protocol/)',
	'The runner imports #protocol/…, its packages and itself.'
);
const ONLY_TYPES = {
	...arrow('^(\\.\\./)+src/', 'The runner takes only the type of the API from the web program.'),
	allowTypeImports: true
};

/**
 * Forbids imports in some files.
 *
 * @param {string[]} files
 * @param {{ regex: string, message: string }[]} patterns
 * @param {string[]} [ignores]
 * @returns {import('eslint').Linter.Config}
 */
const restrict = (files, patterns, ignores = []) => ({
	files,
	ignores: ['**/*.test.ts', ...ignores],
	rules: {
		'no-restricted-imports': ['error', { patterns: [NOT_OTHER_PROGRAMS, NOT_BY_PATH, ...patterns] }]
	}
});

/**
 * Forbids imports in a program beside the web's.
 *
 * @param {string} folder
 * @param {{ regex: string, message: string, allowTypeImports?: boolean }[]} patterns
 * @returns {import('eslint').Linter.Config}
 */
const alone = (folder, patterns) => ({
	files: [`${folder}/**`],
	ignores: ['**/*.test.ts'],
	rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] }
});

export default ts.config(
	{
		ignores: [
			'build/',
			'relay/build/',
			'runner/build/',
			'.svelte-kit/',
			'.vercel/',
			'.data/',
			'node_modules/',
			'src/lib/server/prisma/',
			'test-results/'
		]
	},
	js.configs.recommended,
	...ts.configs.strict,
	...svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node } },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			'max-lines': ['error', { max: 400 }],
			'max-params': ['error', { max: 3 }],
			'no-undef': 'off',
			eqeqeq: 'error',
			'object-shorthand': 'error',
			'prefer-const': 'error',
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_' }
			],
			'@typescript-eslint/consistent-type-imports': 'error',
			// A command answers its exit code or nothing.
			'@typescript-eslint/no-invalid-void-type': 'off',
			'@typescript-eslint/no-dynamic-delete': 'off'
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: {
			parserOptions: { extraFileExtensions: ['.svelte'], parser: ts.parser, svelteConfig }
		},
		// The application has no base path, and every address in it is its own.
		rules: {
			'svelte/no-navigation-without-resolve': 'off',
			// Bookkeeping that nothing draws is kept in plain sets and maps.
			'svelte/prefer-svelte-reactivity': 'off',
			'prefer-const': 'off',
			'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$derived'] }]
		}
	},
	{
		files: ['**/*.{ts,js,mjs,svelte}'],
		ignores: READS_ENVIRONMENT,
		rules: {
			'no-restricted-properties': [
				'error',
				{ object: 'process', property: 'env', message: 'Read it from $lib/server/env.' }
			]
		}
	},
	restrict(['src/**'], []),
	restrict(
		['src/routes/**', 'src/lib/components/**', 'src/lib/state/**'],
		[NOT_SERVICES, NOT_PRISMA],
		['src/routes/dev/**']
	),
	restrict(['src/lib/server/trpc/**'], [NOT_PRISMA]),
	restrict(['src/lib/server/services/**', 'src/lib/server/tasks/**'], [NOT_HTTP]),
	restrict(
		['src/lib/schemas/**', 'src/lib/*.ts'],
		[arrow('^\\$app/', 'Shapes and limits are plain.')],
		['src/lib/server/**']
	),
	alone('protocol', [ONLY_ZOD]),
	alone('relay', [RELAY_ALONE]),
	alone('runner', [RUNNER_ALONE, ONLY_TYPES])
);
