import type pg from 'pg';
import { CHANNELS } from './alerts.ts';
import { idFrom } from './ids.ts';

const MAILS = 420;

/** Mails of a month in every state, two that have waited for long, and messages to a webhook that does not take them. */
export async function fillMails(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO outbox (id, kind, template, recipient, state, attempts, created_at, next_attempt_at, sent_at, transport,
			provider_id, delivered_at, bounced_at, bounce_reason, last_error)
		 SELECT ${idFrom("'mail' || n")}, 'mail', (ARRAY['signIn', 'verifyEmail', 'newDevice', 'passwordChanged', 'resetPassword'])[1 + n % 5],
			CASE WHEN n % 9 = 4 THEN 'an-address-that-is-much-longer-than-most-' || n || '@mail.subdomain.of-a-company.example'
				ELSE 'person' || n % 170 || '@example.com' END,
			state::outbox_state, CASE WHEN state = 'failed' OR n < 3 THEN 6 ELSE 1 END, at, at + interval '31 minutes',
			CASE WHEN state = 'sent' THEN at END, CASE WHEN state <> 'withheld' THEN 'resend' END, md5('provider' || n),
			CASE WHEN state = 'sent' AND n % 3 > 0 THEN at + interval '4 seconds' END,
			CASE WHEN state = 'sent' AND n % 29 = 0 THEN at + interval '40 seconds' END,
			CASE WHEN state = 'sent' AND n % 29 = 0 THEN '550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient''s email address for typos or unnecessary spaces.' END,
			CASE WHEN state = 'failed' OR n < 3 THEN '454 4.7.0 Temporary authentication failure: the mail service refused the credentials after ${'x'.repeat(90)}' END
		 FROM generate_series(1, ${MAILS}) AS n, LATERAL (SELECT now() - make_interval(mins => 31 + n * 95) AS at,
			CASE WHEN n < 15 AND n % 7 < 2 THEN 'pending' WHEN n < 15 OR n % 33 = 0 THEN 'failed' WHEN n % 47 = 0 THEN 'withheld'
				ELSE 'sent' END AS state) AS m`
	);
	await client.query(
		`INSERT INTO outbox (id, kind, template, recipient, state, attempts, created_at, next_attempt_at, sent_at, last_error)
		 SELECT ${idFrom("'delivery' || n")}, 'alert', 'firing', $1, 'failed', 5, now() - make_interval(mins => 20 + n * 400),
			now(), NULL, 'Its address cannot be read: add the channel anew.'
		 FROM generate_series(0, 5) AS n`,
		[CHANNELS.broken]
	);
	await client.query(
		`INSERT INTO mail_suppressions (email, reason, created_at)
		 SELECT 'gone' || n || '@example.com', 'It came back: 550 5.1.1 there is no such account', now() - make_interval(days => n)
		 FROM generate_series(1, 6) AS n ON CONFLICT DO NOTHING`
	);
}
