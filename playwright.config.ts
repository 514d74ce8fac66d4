import { defineConfig, devices } from '@playwright/test';

const chromium = {
	...devices['Desktop Chrome'],
	// Else the tests would not see what the worker asks for. Those about it allow it.
	serviceWorkers: 'block' as const,
	launchOptions: {
		executablePath: process.env.CHROMIUM_PATH || undefined,
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync'
		]
	}
};

/** Journeys in a real browser against the production build. `@nightly` marks the long ones. */
export default defineConfig({
	testDir: 'tests/e2e',
	outputDir: 'test-results/e2e',
	workers: 2,
	timeout: 60_000,
	expect: { timeout: 5_000 },
	forbidOnly: Boolean(process.env.CI),
	// A loaded machine is late now and then; what needed a second try is named in the report.
	retries: process.env.CI ? 1 : 0,
	fullyParallel: false,
	reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
	projects: [
		{ name: 'fast', grepInvert: /@nightly/, use: chromium },
		{ name: 'nightly', grep: /@nightly/, use: chromium }
	]
});
