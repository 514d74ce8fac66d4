import { hasSqlDetails, parse, type Node, type RawStmt } from 'libpg-query';
import { isTransactional } from '../../prisma/schema-engine/transactional.mjs';
import { messageOf } from '../local/script.ts';
import { effectsOf, nameOf, type Effect } from './effects.ts';
import type { Migration } from './folder.ts';
import type { NotNullChecks } from './table-changes.ts';
import { validatedAtOnce } from './validation.ts';

/** What the linter has to say about one statement. */
export interface Finding extends Effect {
	/** The line of the file on which the statement begins. */
	line: number;
}

/** What the linter has to say about one migration. */
export interface Report {
	name: string;
	/** The locks on tables that exist already, and what is wrong. */
	findings: Finding[];
	/** True when nothing is wrong. */
	ok: boolean;
}

/** A migration may destroy what an earlier one prepared for: its first line says why. */
const contract = /^-- contract: \S/;

/**
 * Judges migrations in the order in which they are applied.
 *
 * Wrong are: SQL that Postgres cannot read, BEGIN and COMMIT (a file is one transaction already), a
 * statement that must stand outside transactions (CONCURRENTLY) and does not stand alone, a constraint that
 * is added as NOT VALID and validated in one file, and, without a `-- contract: <reason>` on the first line,
 * whatever loses data or breaks the previous release.
 */
export async function lintMigrations(migrations: readonly Migration[]): Promise<Report[]> {
	const checks: NotNullChecks = { validated: new Set(), waiting: new Map() };
	const reports: Report[] = [];
	for (const migration of migrations) {
		const { name } = migration;
		const findings = await findingsIn(migration, checks);
		reports.push({ name, findings, ok: findings.every(({ problem }) => !problem) });
	}
	return reports;
}

/** A report as lines for the terminal. */
export function printReport({ name, findings }: Report): string[] {
	if (findings.length === 0) return [`${name}: locks nothing that exists`];
	const lines = findings.map(({ line, lock, table, problem }) => {
		const where = `  line ${line}: ${table ?? 'no table'}, lock ${lock}`;
		return problem ? `${where}\n    error: ${problem}` : where;
	});
	return [`${name}:`, ...lines];
}

async function findingsIn({ name, sql }: Migration, checks: NotNullChecks): Promise<Finding[]> {
	let statements: RawStmt[];
	try {
		statements = (await parse(sql)).stmts ?? [];
	} catch (error) {
		const offset = hasSqlDetails(error) ? (error.sqlDetails?.cursorPosition ?? 0) : 0;
		return [{ line: lineAt(sql, offset), lock: 'none', problem: messageOf(error) }];
	}
	const created = new Set(statements.flatMap(({ stmt }) => (stmt ? (createdBy(stmt) ?? []) : [])));
	const allowed = contract.test(sql);
	const findings = statements.flatMap(({ stmt, stmt_location: offset = 0 }) => {
		if (!stmt) return [];
		const effects = effectsOf(stmt, checks)
			.filter(({ table }) => !table || !created.has(table))
			.map((effect) => ({ ...effect, problem: allowed ? undefined : effect.problem }));
		const line = lineAt(sql, offset);
		return [...effects, ...transactionProblems(stmt)].map((effect) => ({ line, ...effect }));
	});
	for (const constraint of validatedAtOnce(name, statements)) {
		const problem = `${constraint} is added as NOT VALID and validated in one transaction: validate it in a file of its own`;
		findings.push({ line: 1, lock: 'none', problem });
	}
	if (isTransactional(sql) || statements.length <= 1) return findings;
	const problem =
		'CONCURRENTLY, and what else cannot run in a transaction, stands alone in its file';
	return [...findings, { line: 1, lock: 'none', problem }];
}

function createdBy(statement: Node): string | undefined {
	return 'CreateStmt' in statement ? nameOf(statement.CreateStmt.relation) : undefined;
}

function transactionProblems(statement: Node): Effect[] {
	if (!('TransactionStmt' in statement)) return [];
	return [
		{ lock: 'none', problem: 'a migration is one transaction already: take BEGIN and COMMIT out' }
	];
}

/** The line of a place in a text; the parser counts places in bytes. */
function lineAt(sql: string, byteOffset: number): number {
	return Buffer.from(sql).subarray(0, byteOffset).toString().split('\n').length;
}
