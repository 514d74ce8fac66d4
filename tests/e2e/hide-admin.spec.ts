import type { BrowserContext } from '@playwright/test';
import { createPerson, expect, signIn, sql, test } from '../support/e2e';
import { adminPages, targets } from '../support/targets';

const ID = '01890000-0000-7000-8000-000000000000';

/** Asks for something as a browser does. @returns the status, and where it leads */
async function ask(context: BrowserContext, url: URL, method: string): Promise<string> {
	const response = await context.request.fetch(url.href, {
		method,
		maxRedirects: 0,
		headers: { origin: url.origin, accept: 'text/html' },
		...(method !== 'GET' && { form: { id: ID, name: 'signUps', value: 'false', text: 'x' } })
	});
	const { location = '' } = response.headers();
	return `${response.status()}${location && ` ${new URL(location, url).pathname}`}`;
}

test('no page, no form and no file of operators is there for anyone else', async ({
	app,
	browser
}) => {
	test.setTimeout(120_000);
	const ada = await createPerson(app);
	const all = [
		...adminPages(ID).map((path) => ({ method: 'GET', path })),
		...targets(ID).filter(({ path }) => path.startsWith('/admin'))
	];
	// The walk finds what is known to be there.
	for (const path of ['/admin', '/admin/analytics/export', '/admin/alerts?/addChannel']) {
		expect(all.map((one) => one.path)).toContain(path);
	}
	const [signedIn, signedOut] = [await browser.newContext(), await browser.newContext()];
	await signIn(app, signedIn, ada);

	const answers: Record<string, string> = {};
	for (const { method, path } of all) {
		const url = new URL(path, app.origin);
		const what = `${method} ${path}`;
		answers[what] = `${await ask(signedIn, url, method)}, ${await ask(signedOut, url, method)}`;
	}

	const open = Object.entries(answers).filter(
		([, answer]) => !/^404, (404|303 \/sign-in)$/.test(answer)
	);
	expect(open).toEqual([]);
	expect(await sql(app, 'SELECT name FROM switches')).toEqual([]);
	await Promise.all([signedIn.close(), signedOut.close()]);
});
