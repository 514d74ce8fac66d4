/** What may be in a text that was made from Markdown. Nothing else reaches the page. */
export const ALLOWED_TAGS = [
	...['h2', 'h3', 'h4', 'h5', 'h6', 'p', 'br', 'hr', 'blockquote', 'pre', 'code', 'div'],
	...['ul', 'ol', 'li', 'label', 'input', 'span'],
	...['a', 'em', 'strong', 's'],
	...['table', 'thead', 'tbody', 'tr', 'th', 'td']
];

/** The attributes that those may have, each only on what is named. */
export const ALLOWED_ATTRIBUTES: Readonly<Record<string, string[]>> = {
	a: ['href', 'rel', 'target'],
	ol: ['start'],
	li: ['class'],
	div: ['class', 'role', 'tabindex', 'aria-label'],
	pre: ['tabindex'],
	code: ['class'],
	input: ['type', 'checked', 'disabled', 'data-task'],
	span: ['class'],
	th: ['class'],
	td: ['class']
};

/** Where a link may lead. */
export const ALLOWED_SCHEMES = ['http', 'https', 'mailto'];

/** Whether an address may be linked: absolute, and of a kind that runs nothing. */
export const isAllowedLink = (address: string): boolean =>
	/^(?:https?:\/\/|mailto:)[^\s]/i.test(address.trim());
