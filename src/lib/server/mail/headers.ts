import type { Mail } from './mail';
import { unsubscribeUrl } from './unsubscribe';

/**
 * The headers of a mail besides those that every mail has: that a program wrote it, so that absence
 * notices stay silent (RFC 3834), and for a topic how to stop it with one click (RFC 2369, RFC 8058).
 */
export function headersOf({ topic, userId }: Mail): Record<string, string> {
	return {
		'Auto-Submitted': 'auto-generated',
		...(topic &&
			userId && {
				'List-Unsubscribe': `<${unsubscribeUrl(userId, topic)}>`,
				'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click'
			})
	};
}
