import { expect, open, sql, test } from '../support/e2e';

test('shots', async ({ app, ada, page }) => {
	test.slow();
	await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
	await sql(
		app,
		`INSERT INTO probe_runs (id, probe, is_ok, step, cause, duration_ms, release, at)
		SELECT gen_random_uuid(), p, ok, CASE WHEN NOT ok THEN 'create' END,
			CASE WHEN NOT ok THEN 'no answer in 4000 ms' END, (60 + random() * 200)::int, 'abcdef0123456789',
			now() - n * interval '20 minutes'
		FROM unnest(ARRAY['signIn','ideas','export']) AS p, generate_series(1, 6000) AS n,
			LATERAL (SELECT NOT (p = 'ideas' AND (n BETWEEN 20 AND 22 OR n BETWEEN 2000 AND 2100)) AS ok) AS x
		WHERE n <> 30`
	);
	for (const theme of ['light', 'dark'] as const) {
		for (const width of [360, 1440]) {
			await page.emulateMedia({ colorScheme: theme });
			await page.setViewportSize({ width, height: 900 });
			await open(page, '/admin/probes');
			await page.screenshot({ path: `/tmp/probes-${theme}-${width}.png`, fullPage: true });
			const wide = await page.evaluate(
				() => document.documentElement.scrollWidth - document.documentElement.clientWidth
			);
			expect(wide).toBe(0);
		}
	}
	await page.setViewportSize({ width: 1440, height: 900 });
	await page.getByRole('button', { name: 'Try all now' }).click();
	await expect(page.getByText('Signing in works, in')).toBeVisible();
	await page.screenshot({ path: '/tmp/probes-tried.png' });
});
