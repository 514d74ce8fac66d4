import type { BrowserContext } from '@playwright/test';
import { createPerson, expect, signIn, sql, test } from '../support/e2e';
import { adminPages, targets } from '../support/targets';

const ID = '01890000-0000-7000-8000-000000000000';

interface Asked {
	method: string;
	path: string;
	accept: 'text/html' | 'application/json';
}

/** Asks for something as a browser does. @returns the status, and where it leads */
async function ask(
	context: BrowserContext,
	origin: string,
	{ method, path, accept }: Asked
): Promise<string> {
	const url = new URL(path, origin);
	const response = await context.request.fetch(url.href, {
		method,
		maxRedirects: 0,
		headers: { origin: url.origin, accept },
		...(method !== 'GET' && { form: { id: ID, name: 'signUps', value: 'false', text: 'x' } })
	});
	const headers = response.headers();
	// What an action answers to a script has its status inside.
	const isJson = headers['content-type']?.startsWith('application/json') ?? false;
	const said = (isJson ? await response.json() : {}) as { status?: number; location?: string };
	const { status = response.status(), location = headers.location } = said;
	return `${status}${location ? ` ${new URL(location, url).pathname}` : ''}`;
}

test('no page, no form and no file of operators is there for anyone else', async ({
	app,
	browser
}) => {
	test.setTimeout(120_000);
	const ada = await createPerson(app);
	const sent = targets(ID).filter(({ path }) => path.startsWith('/admin'));
	const all: Asked[] = [
		...[...adminPages(ID).map((path) => ({ method: 'GET', path })), ...sent].map(
			({ method, path }) => ({ method, path, accept: 'text/html' as const })
		),
		// A script's form runs its action without the page around it.
		...sent
			.filter(({ method }) => method === 'POST')
			.map(({ method, path }) => ({ method, path, accept: 'application/json' as const }))
	];
	// The walk finds what is known to be there.
	for (const path of ['/admin', '/admin/analytics/export', '/admin/alerts?/addChannel']) {
		expect(all.map((one) => one.path)).toContain(path);
	}
	const [signedIn, signedOut] = [await browser.newContext(), await browser.newContext()];
	await signIn(app, signedIn, ada);

	const answers: Record<string, string> = {};
	for (const one of all) {
		const what = `${one.method} ${one.path} ${one.accept}`;
		const asSomebody = await ask(signedIn, app.origin, one);
		answers[what] = `${asSomebody}, ${await ask(signedOut, app.origin, one)}`;
	}

	const open = Object.entries(answers).filter(
		([, answer]) => !/^404, (404|303 \/sign-in)$/.test(answer)
	);
	expect(open).toEqual([]);
	expect(await sql(app, 'SELECT name FROM switches')).toEqual([]);
	await Promise.all([signedIn.close(), signedOut.close()]);
});
