import { LIMITS } from '$lib/limits';
import type { Mail } from '../email';

/** The mail that carries a sign-in link. @param link an address of this site */
export function signInMail(to: string, link: string): Mail {
	const safeLink = escapeHtml(link);
	const lifetime = `The link works once, for ${LIMITS.signInMinutes} minutes.`;
	const ignore = 'If you did not ask for it, ignore this mail: nothing happens.';
	return {
		to,
		subject: 'Sign in to Coda',
		text: `Sign in to Coda:\n\n${link}\n\n${lifetime}\n${ignore}\n`,
		html: `<!doctype html>
<html lang="en">
<body style="margin:0;padding:32px 16px;background:#faf8f4;color:#1c1a17;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:480px;margin:0 auto">
<p style="font-size:20px;font-weight:600;margin:0 0 16px">Coda</p>
<p style="margin:0 0 24px">Sign in as ${escapeHtml(to)}.</p>
<p style="margin:0 0 24px"><a href="${safeLink}" style="display:inline-block;padding:10px 20px;border-radius:6px;background:#1c1a17;color:#faf8f4;text-decoration:none">Sign in</a></p>
<p style="margin:0 0 8px;font-size:14px;color:#5d5850">${lifetime} ${ignore}</p>
<p style="margin:0;font-size:12px;color:#5d5850;word-break:break-all">${safeLink}</p>
</div>
</body>
</html>`
	};
}

const ENTITIES: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;'
};

function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
