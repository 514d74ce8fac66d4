import type { Env } from '../env';

/** Where a mail goes, or why it goes nowhere. */
export type Way = { to: string; subject: string; note?: string } | { withheld: string };

/** What decides over it. */
type Rules = Pick<Env, 'tier' | 'EMAIL_ALLOW' | 'EMAIL_REDIRECT_TO'>;

/**
 * Previews run with copies of real accounts and with whatever a branch does. They write to the addresses
 * of EMAIL_ALLOW; what is for anybody else goes to EMAIL_REDIRECT_TO and says for whom it was, or stays.
 */
export function wayOf({ to, subject }: { to: string; subject: string }, rules: Rules): Way {
	const { tier, EMAIL_ALLOW = '', EMAIL_REDIRECT_TO } = rules;
	if (tier !== 'preview' || isAllowed(to, EMAIL_ALLOW)) return { to, subject };
	if (!EMAIL_REDIRECT_TO) {
		return { withheld: 'Not sent: this is a preview, and the address is not in EMAIL_ALLOW.' };
	}
	return {
		to: EMAIL_REDIRECT_TO,
		subject: `[for ${to}] ${subject}`,
		note: 'Sent to EMAIL_REDIRECT_TO instead: this is a preview.'
	};
}

function isAllowed(to: string, list: string): boolean {
	const address = to.toLowerCase();
	const domain = address.slice(address.lastIndexOf('@'));
	return list
		.toLowerCase()
		.split(',')
		.map((entry) => entry.trim())
		.some((entry) => entry === address || entry === domain);
}
