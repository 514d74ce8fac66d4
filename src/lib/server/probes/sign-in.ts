import { readEmailLink } from '../auth/email-links';
import { endSession, readSession } from '../auth/session';
import { composeSignIn, signInBy } from '../auth/sign-in';
import { db } from '../db';
import { linksIn } from '../mail/mail';
import { publicOrigin } from '../origin';
import { PROBE_EMAIL, PROBE_ID } from '../services/probe-identity';
import { openProbeBrowser } from './browser';
import { expectThat, type Probe } from './steps';

const STEP_MS = 4_000;

/** Signs in by a link, as a person does, and out again. The mail is read here and goes nowhere. */
export const probeSignIn: Probe = async (attempt, requestId) => {
	const browser = openProbeBrowser(requestId);
	const mail = await attempt(['make the link', STEP_MS], async () => {
		const origin = publicOrigin();
		const asked = { email: PROBE_EMAIL, callbackUrl: '/ideas', origin };
		return (await db.$transaction((tx) => composeSignIn(tx, asked))).mail;
	});
	const token = await attempt(['read the mail', STEP_MS], async () => {
		const [link = ''] = linksIn(mail.text).filter((one) => one.includes('/sign-in/confirm?'));
		expectThat(mail.to === PROBE_EMAIL && link !== '', 'the mail has no link to sign in by');
		expectThat(mail.html.includes(link.split('?')[0] ?? link), 'the mail’s button leads elsewhere');
		const token = new URL(link).searchParams.get('token') ?? '';
		const said = await readEmailLink('sign_in', token);
		expectThat(said?.email === PROBE_EMAIL, 'the link of the mail is not known');
		return token;
	});
	await attempt(['use the link', STEP_MS], async () => {
		const path = await signInBy('probe', browser.visit('/sign-in/confirm'), token);
		expectThat(path === '/ideas', `it leads to ${path}`);
	});
	await attempt(['be signed in', STEP_MS], async () => {
		const session = await readSession(browser.visit('/ideas'));
		expectThat(session?.user.id === PROBE_ID, 'the session is not found');
	});
	await attempt(['sign out', STEP_MS], async () => {
		const event = browser.visit('/sign-out');
		await endSession(event);
		expectThat(
			!(await db.session.count({ where: { userId: PROBE_ID } })),
			'the session is still there'
		);
	});
};
