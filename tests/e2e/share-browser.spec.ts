import { createIdea, createPerson, expect, open, signIn, sql, test } from '../support/e2e';

test.use({ expectedErrors: [/401|429/] });

test('a tab that one person left open writes nothing for the next', async ({
	page,
	ada,
	app,
	context
}) => {
	const bob = await createPerson(app);
	await createIdea(app, bob, 'His own');
	await open(page, '/ideas');
	// Signing in ends the session that the browser had.
	await sql(app, 'DELETE FROM sessions WHERE user_id = $1', [ada.id]);
	await signIn(app, context, bob);

	await page.keyboard.press('c');
	await page.keyboard.type('Hers and private');
	await page.keyboard.press('Enter');

	// The tab notices and shows whose it is now.
	await expect(page.getByRole('link', { name: 'His own' })).toBeVisible();
	expect(await sql(app, 'SELECT title FROM ideas WHERE owner_id = $1', [bob.id])).toEqual([
		{ title: 'His own' }
	]);
	await expect(page.getByText('Hers and private')).toHaveCount(0);

	// What she wrote waits for her.
	await signIn(app, context, ada);
	await open(page, '/ideas');
	await expect
		.poll(() => sql(app, 'SELECT title FROM ideas WHERE owner_id = $1', [ada.id]))
		.toEqual([{ title: 'Hers and private' }]);
});

for (const [path, button] of [
	['/account', 'Save'],
	['/account/security', 'Set a password']
] as const) {
	test(`the forms of ${path} that one person left open do nothing for the next`, async ({
		page,
		ada,
		app,
		context
	}) => {
		const bob = await createPerson(app);
		await open(page, path);
		await sql(app, 'DELETE FROM sessions WHERE user_id = $1', [ada.id]);
		await signIn(app, context, bob);

		const [field] = await page.getByRole('textbox').or(page.getByLabel('New password')).all();
		await field?.fill('four words of her own');
		await page.getByRole('button', { name: button, exact: true }).click();

		await expect(page.locator('body')).toContainText(bob.email);
		expect(await sql(app, 'SELECT name, password_hash FROM users WHERE id = $1', [bob.id])).toEqual(
			[{ name: null, password_hash: null }]
		);
	});
}
