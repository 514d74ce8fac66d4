/** Statements that Postgres refuses inside a transaction. */
const outsideTransactions =
	/\bconcurrently\b|^\s*(vacuum|create\s+database|drop\s+database|create\s+tablespace|drop\s+tablespace|alter\s+system|create\s+subscription|drop\s+subscription)\b/im;

/** Comments, texts, quoted names and function bodies: what is written there is no statement. */
const quoted = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$/g;

/**
 * Whether a script can run in one transaction, so that it either happens as a whole or leaves nothing.
 *
 * @param {string} sql
 * @returns {boolean}
 */
export function isTransactional(sql) {
	return !outsideTransactions.test(sql.replace(quoted, ' '));
}
