import { startApp, type App } from './app-server';
import { test as base } from './e2e';

/** The tests' own application: what is switched in it reaches the tests of no other file. */
export const test = base.extend<object, { app: App }>({
	app: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from here
		async ({}, use) => {
			const app = await startApp();
			await use(app);
			await app.stop();
		},
		{ scope: 'worker' }
	]
});
