import type { Drawn } from './layout';

/*
 * The look of every mail: paper, ink and one accent, as the product has them (`app.css`). Programs that
 * show mails know little of CSS, so that everything that matters stands in style attributes and tables;
 * the style element only turns the colours over where it is dark. Nothing is loaded from anywhere.
 */

const LIGHT = {
	paper: '#faf8f4',
	raised: '#fffefb',
	line: '#ddd7cb',
	ink: '#1c1a17',
	ink2: '#57524a',
	accent: '#bd3417'
};
const DARK: typeof LIGHT = {
	paper: '#151412',
	raised: '#1f1d1a',
	line: '#37332d',
	ink: '#ece8e1',
	ink2: '#b8b1a6',
	accent: '#ff7a59'
};

const FONT = "'Source Sans 3','Segoe UI',system-ui,-apple-system,Helvetica,Arial,sans-serif";

const darkStyles = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.paper{background:${DARK.paper}!important}
.sheet{background:${DARK.raised}!important;border-color:${DARK.line}!important}
.ink{color:${DARK.ink}!important}
.quiet{color:${DARK.ink2}!important}
.line{border-color:${DARK.line}!important}
.accent{color:${DARK.accent}!important}
.mark{border-color:${DARK.accent}!important}
.button{background:${DARK.ink}!important;color:${DARK.paper}!important;border-color:${DARK.ink}!important}
}
@media (max-width:480px){
.sheet{padding:24px 20px!important}
.button{display:block!important;text-align:center!important}
.fact{display:block!important;width:auto!important;padding:0!important;border:0!important}
.fact-value{display:block!important;padding:0 0 10px!important}
}`;

/**
 * A mail as HTML.
 *
 * @param stop the address at which mails of this kind end, where they can
 */
export function bodyHtml(
	{ subject, preheader, paragraphs, facts, button, small }: Drawn,
	stop: string | undefined
): string {
	const parts = [
		...paragraphs.map((text) => paragraph(text)),
		facts.length > 0 ? factTable(facts) : '',
		button ? buttonOf(button.label, button.href) : '',
		...small.map((text) => quiet(escapeHtml(text))),
		button ? quiet(`If the button does nothing, open ${plainLink(button.href)}`) : '',
		stop ? quiet(plainLink(stop, 'Stop these mails')) : ''
	];
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>${darkStyles}</style>
</head>
<body class="paper" style="margin:0;padding:0;background:${LIGHT.paper};-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escapeHtml(preheader)}${'&#847;&zwnj;&nbsp;'.repeat(40)}</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:${LIGHT.paper}"><tr><td align="center" style="padding:32px 12px 40px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:520px;text-align:left">
<tr><td style="padding:0 4px 16px">${mark()}</td></tr>
<tr><td class="sheet" style="padding:32px;background:${LIGHT.raised};border:1px solid ${LIGHT.line};border-radius:6px">
${parts.filter(Boolean).join('\n')}
</td></tr>
</table>
</td></tr></table>
</body>
</html>
`;
}

const paragraph = (text: string) =>
	`<p class="ink" style="margin:0 0 16px;font:400 16px/1.5 ${FONT};color:${LIGHT.ink};overflow-wrap:anywhere">${escapeHtml(text)}</p>`;

/** @param html what is safe already */
const quiet = (html: string) =>
	`<p class="quiet" style="margin:0 0 8px;font:400 14px/1.45 ${FONT};color:${LIGHT.ink2};overflow-wrap:anywhere">${html}</p>`;

const plainLink = (href: string, name = href) =>
	`<a class="quiet" href="${escapeHtml(href)}" style="color:${LIGHT.ink2};word-break:break-all">${escapeHtml(name)}</a>`;

const buttonOf = (label: string, href: string) =>
	`<p style="margin:24px 0"><a class="button" href="${escapeHtml(href)}" style="display:inline-block;padding:11px 22px;border:1px solid ${LIGHT.ink};border-radius:6px;background:${LIGHT.ink};color:${LIGHT.paper};font:600 16px/1.25 ${FONT};text-decoration:none">${escapeHtml(label)}</a></p>`;

function factTable(facts: Drawn['facts']): string {
	const edge = `border-top:1px solid ${LIGHT.line}`;
	const rows = facts.map(
		([name, value]) =>
			`<tr><th class="quiet line fact" scope="row" align="left" style="width:30%;padding:8px 16px 8px 0;${edge};font:400 14px/1.45 ${FONT};color:${LIGHT.ink2};vertical-align:top">${escapeHtml(name)}</th>` +
			`<td class="ink line fact fact-value" style="padding:8px 0;${edge};font:400 16px/1.4 ${FONT};color:${LIGHT.ink};vertical-align:top;overflow-wrap:anywhere">${escapeHtml(value)}</td></tr>`
	);
	return `<table class="line" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 24px;border-bottom:1px solid ${LIGHT.line};border-collapse:collapse">
${rows.join('\n')}
</table>`;
}

/** The coda sign out of borders, because drawings are not shown everywhere, and the name beside it. */
function mark(): string {
	const pen = `2px solid ${LIGHT.accent}`;
	const cell = (cross: string, arc: string) =>
		`<td class="mark" width="13" height="13" style="width:13px;height:13px;padding:0;line-height:0;font-size:0;${cross}"><div class="mark" style="width:7px;height:8px;${arc}"></div></td>`;
	const corner = (vertical: 'top' | 'bottom', horizontal: 'left' | 'right') => {
		const inner = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' } as const;
		// The sign's lines are two pixels wide: one of them on each side of the middle.
		const cross = [inner[vertical], inner[horizontal]]
			.map((side) => `border-${side}:1px solid ${LIGHT.accent}`)
			.join(';');
		const arc = `margin-${vertical}:3px;margin-${horizontal}:4px;border-${vertical}:${pen};border-${horizontal}:${pen};border-${vertical}-${horizontal}-radius:9px 10px`;
		return cell(cross, arc);
	};
	const row = (vertical: 'top' | 'bottom') =>
		`<tr>${corner(vertical, 'left')}${corner(vertical, 'right')}</tr>`;
	return `<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td style="padding:0"><table role="presentation" aria-hidden="true" cellpadding="0" cellspacing="0" border="0" style="border-collapse:separate">${row('top')}${row('bottom')}</table></td><td class="ink" style="padding:0 0 0 10px;font:600 20px/1.3 ${FONT};color:${LIGHT.ink}">Coda</td></tr></table>`;
}

const ENTITIES: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;'
};

/** A text as text within HTML. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
