import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { startApp, type App } from '../../tests/support/app-server.ts';
import { CURRENT_DOCUMENTS } from '../../tests/support/legal.ts';
import { withConnection } from '../local/postgres-connection.ts';
import { seedDemo } from '../seed/demo.ts';
import { findBrowser } from '../verify/browser.ts';

/** The two looks of every page. */
export const THEMES = ['light', 'dark'] as const;

/** One of them. */
export type Theme = (typeof THEMES)[number];

/** What a page is looked at through. */
export interface View {
	width: number;
	height: number;
	/** Pixels of the picture for one of the page. */
	scale: number;
	theme: Theme;
	/** Signed in as the demo person. */
	isSignedIn?: boolean;
}

/** The built product with its demo data, and a browser before it. */
export class Stage {
	/** Where pictures lie until they are encoded. */
	readonly folder = mkdtempSync(join(tmpdir(), 'coda-pictures-'));

	private constructor(
		readonly app: App,
		private readonly browser: Browser
	) {}

	static async open(): Promise<Stage> {
		const app = await startApp({ env: { LOG_LEVEL: 'error' } });
		const { path } = findBrowser();
		const browser = await chromium.launch({
			executablePath: path,
			args: [
				'--no-sandbox',
				'--disable-gpu',
				'--font-render-hinting=none',
				'--force-color-profile=srgb'
			]
		});
		return new Stage(app, browser);
	}

	/** Puts the board back to how the demo has it, and shows a page to `work`. */
	async show(view: View, work: (page: Page) => Promise<void>): Promise<void> {
		const { width, height, scale, theme, isSignedIn = false } = view;
		const context = await this.browser.newContext({
			viewport: { width, height },
			deviceScaleFactor: scale,
			colorScheme: theme,
			baseURL: this.app.origin,
			timezoneId: 'UTC'
		});
		try {
			if (isSignedIn) await this.signIn(context);
			await work(await context.newPage());
		} finally {
			await context.close();
		}
	}

	/** A path for a picture that is still to be encoded. */
	raw(name: string): string {
		return join(this.folder, `${name}.png`);
	}

	async close(): Promise<void> {
		await this.browser.close();
		await this.app.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}

	private async signIn(context: BrowserContext): Promise<void> {
		const { databaseUrl, origin } = this.app;
		const token = randomBytes(32).toString('base64url');
		await withConnection(databaseUrl, (client) => client.query('DELETE FROM users'));
		await seedDemo(databaseUrl);
		await withConnection(databaseUrl, (client) =>
			client.query(
				`INSERT INTO consents (id, user_id, document, version)
				 SELECT gen_random_uuid(), users.id, document, version
				 FROM users, json_to_recordset($1) AS d (document text, version text)`,
				[JSON.stringify(CURRENT_DOCUMENTS)]
			)
		);
		await withConnection(databaseUrl, (client) =>
			client.query(
				`INSERT INTO sessions (id, token_hash, user_id, expires_at)
				 SELECT $1, $2, id, now() + interval '1 day' FROM users`,
				[randomUUID(), createHash('sha256').update(token).digest('hex')]
			)
		);
		await context.addCookies([{ name: 'coda-session', value: token, url: origin, httpOnly: true }]);
	}
}
