import { createIdea, expect, open, signIn, sql, test } from '../support/e2e';

test.use({ expectedErrors: [/401|Failed to load resource/] });

test('when every session has ended, a draft waits for its person behind the sign-in page', async ({
	app,
	page,
	ada,
	context
}) => {
	const id = await createIdea(app, ada, 'Engine');
	await open(page, `/ideas/${id}`);
	await sql(app, 'DELETE FROM sessions WHERE user_id = $1', [ada.id]);
	await page
		.getByLabel('Notes', { exact: true })
		.fill('Written when nobody was signed in any more.');
	await expect(page.locator('[data-save="signedOut"]')).toBeVisible();

	// The old cookie leads to the sign-in page once, and back from there.
	const [answer] = await Promise.all([
		page.waitForResponse(`${app.origin}/ideas/${id}`),
		page.reload()
	]);
	expect(await answer.headerValue('clear-site-data')).toBe('"cache"');
	const signingIn = await page.request.get(`${app.origin}/sign-in`);
	expect(signingIn.headers()['clear-site-data']).toBeUndefined();
	await expect(page).toHaveURL(
		`${app.origin}/sign-in?callbackUrl=${encodeURIComponent(`/ideas/${id}`)}`
	);
	await signIn(app, context, ada);
	await page.reload();
	await expect(page).toHaveURL(`${app.origin}/ideas/${id}`);

	await expect(page.getByLabel('Notes', { exact: true })).toHaveValue(
		'Written when nobody was signed in any more.'
	);
	await expect
		.poll(() => sql(app, 'SELECT notes FROM ideas WHERE id = $1', [id]))
		.toEqual([{ notes: 'Written when nobody was signed in any more.' }]);
});
