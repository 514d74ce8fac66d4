/** The longest name; a CHECK of the table has the same number. */
const NAME_CHARS = 120;

/** SQL of ours comes as a template, whose values are apart; any other as text with its values. */
function sqlOf(args: unknown): string | undefined {
	if (typeof args === 'object' && args !== null && 'sql' in args) return String(args.sql);
	const [text] = Array.isArray(args) ? (args as unknown[]) : [];
	return typeof text === 'string' ? withoutLiterals(text) : undefined;
}

const withoutLiterals = (sql: string) =>
	sql.replace(/'(?:[^']|'')*'/g, '?').replace(/(?<![\w$.])\d+(?:\.\d+)?/g, '?');

/**
 * What a statement is called: a model and what is done with it (`idea.findMany`), or the beginning of what was
 * written by hand. Never a value: names are kept, and shown.
 */
export function statementName(model: string | undefined, operation: string, args: unknown): string {
	if (model) return `${model[0]?.toLowerCase()}${model.slice(1)}.${operation}`;
	const sql = sqlOf(args);
	if (sql === undefined) return operation;
	const name = sql
		.replace(/--[^\n]*/g, ' ')
		.replace(/\?(?:\s*,\s*\?)+/g, '?, …')
		.replace(/\s+/g, ' ')
		.trim();
	const chars = [...name];
	return chars.length > NAME_CHARS ? `${chars.slice(0, NAME_CHARS - 1).join('')}…` : name;
}
