import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROUTES = join(import.meta.dirname, '../../src/routes');

/** Something that can be sent to the application. */
export interface Target {
	method: string;
	path: string;
	/** An idea of whoever sends. */
	ideaId: string;
}

/** Every form action and every endpoint that is not only read, found in the routes themselves. */
export function targets(ideaId: string): Target[] {
	const files = readdirSync(ROUTES, { recursive: true, encoding: 'utf8' });
	return files.flatMap((file): Target[] => {
		if (!/\+(page\.)?server\.ts$/.test(file)) return [];
		const source = readFileSync(join(ROUTES, file), 'utf8');
		const path = pathOf(file, ideaId);
		if (file.endsWith('+page.server.ts')) {
			return actionsIn(source).map((name) => ({
				method: 'POST',
				path: name === 'default' ? path : `${path}?/${name}`,
				ideaId
			}));
		}
		return ['POST', 'PUT', 'PATCH', 'DELETE']
			.filter((method) =>
				new RegExp(`export (const|async function|function) ${method}\\b`).test(source)
			)
			.map((method) => ({ method, path, ideaId }));
	});
}

/** Every page of the admin shell, and what of it is only read. */
export const adminPages = (id: string): string[] =>
	readdirSync(join(ROUTES, '(admin)'), { recursive: true, encoding: 'utf8' })
		.filter((file) => {
			if (file.endsWith('+page.svelte')) return true;
			return (
				file.endsWith('+server.ts') &&
				readFileSync(join(ROUTES, '(admin)', file), 'utf8').includes('GET')
			);
		})
		.map((file) => pathOf(file.replace('+page.svelte', '+page.server.ts'), id));

/** The address of a route's file. */
const pathOf = (file: string, ideaId: string): string =>
	`/${file}`
		.replace(/\\/g, '/')
		.replace(/\/\+(page\.)?server\.ts$/, '')
		.replace(/\/\([^)]*\)/g, '')
		.replace(/\[id=uuid\]/g, ideaId)
		.replace(/\[[^\]]*\]/g, 'some') || '/';

/** The names of the actions of a page: the keys of its `actions`. */
function actionsIn(source: string): string[] {
	const [, body = ''] = /export const actions[^=]*= \{\n([\s\S]*?)\n\};?/.exec(source) ?? [];
	return [...body.matchAll(/^\t(?:async )?'?([\w-]+)'?(?::|\()/gm)].map(([, name = '']) => name);
}
