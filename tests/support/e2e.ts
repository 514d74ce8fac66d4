import { randomUUID } from 'node:crypto';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { v7 as uuid } from 'uuid';
import { createPerson, createSession, sql, type Person } from './app-people';
import { startApp, type App } from './app-server';

export { agree, createPerson, sql, type Person } from './app-people';
export { expect };

interface TestFixtures {
	/** A person of this test's own, who is signed in in `page`. */
	ada: Person;
	/** Console errors that the test expects; any other fails it. */
	expectedErrors: RegExp[];
}

interface WorkerFixtures {
	/** The production build with a database of this worker's own. */
	app: App;
}

/** Playwright's test with a server of its own, and no patience for errors in the console. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
	app: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from here
		async ({}, use) => {
			const app = await startApp();
			await use(app);
			await app.stop();
		},
		{ scope: 'worker' }
	],
	baseURL: ({ app }, use) => use(app.origin),
	expectedErrors: [[], { option: true }],
	page: async ({ page, expectedErrors }, use) => {
		const errors: string[] = [];
		page.on('pageerror', (error) => errors.push(String(error)));
		page.on('console', (message) => {
			if (message.type() === 'error') errors.push(message.text());
		});
		await use(page);
		const unexpected = errors.filter((error) => !expectedErrors.some((known) => known.test(error)));
		expect(unexpected, 'errors in the console').toEqual([]);
	},
	ada: async ({ app, context }, use) => {
		const ada = await createPerson(app);
		await signIn(app, context, ada);
		await use(ada);
	}
});

/** Opens a page and waits until its script has taken over. */
export async function open(page: Page, path: string): Promise<void> {
	await page.goto(path, { waitUntil: 'networkidle' });
}

/** What someone new does first, in the page. */
export async function agreeToDocuments(page: Page): Promise<void> {
	await page.getByRole('button', { name: 'I agree' }).click();
}

/** Signs a person in, in this browser, with a session as signing in makes one. */
export async function signIn(app: App, context: BrowserContext, person: Person): Promise<void> {
	const token = await createSession(app, person);
	await context.addCookies([
		{ name: 'coda-session', value: token, url: app.origin, httpOnly: true }
	]);
}

/** Leaves the page, which may still be asking for something, and then forgets the session. */
export async function leaveSession(page: Page): Promise<void> {
	await page.goto('about:blank');
	await page.context().clearCookies({ name: 'coda-session' });
}

/** Adds an idea to the top of a person's board. @param idea its title, or more than that */
export async function createIdea(
	app: App,
	person: Person,
	idea: string | { title: string; star: 'none' | 'star' | 'super' }
): Promise<string> {
	const id = uuid();
	const { title, star } = typeof idea === 'string' ? { title: idea, star: 'none' } : idea;
	await sql(
		app,
		`WITH idea AS (
			INSERT INTO ideas (id, owner_id, client_key, title) VALUES ($1, $2, $3, $4)
		)
		INSERT INTO idea_members (idea_id, user_id, role, position, star)
		VALUES ($1, $2, 'owner', 'a' || (1000000 - (SELECT count(*) FROM idea_members)) || 'V', $5)`,
		[id, person.id, randomUUID(), title, star]
	);
	return id;
}

/** A mail of the development inbox. */
export interface InboxMail {
	to: string;
	subject: string;
	text: string;
	links: string[];
}

/** The newest mail to an address; waits until there is one. */
export async function newestMail(app: App, to: string): Promise<InboxMail> {
	let found: InboxMail | undefined;
	await expect
		.poll(async () => {
			const response = await fetch(`${app.origin}/dev/inbox.json`);
			const mails = (await response.json()) as InboxMail[];
			found = mails.find((mail) => mail.to === to);
			return found !== undefined;
		})
		.toBe(true);
	return found as InboxMail;
}
