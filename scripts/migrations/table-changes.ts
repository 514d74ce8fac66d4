import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint, Node } from 'libpg-query';
import { nameOf, type Effect, type Lock } from './effects.ts';

/** Checks that keep columns from being null, gathered over all migrations in their order. */
export interface NotNullChecks {
	/** Columns, as `table.column`, that a validated check guards: SET NOT NULL on them reads no row. */
	validated: Set<string>;
	/** The column of each check that is not validated yet, by `table.constraint`. */
	waiting: Map<string, string>;
}

/** Changes of a table that are gentler than the rest, by the parser's names. */
const gentle: Record<string, Lock> = {
	AT_ValidateConstraint: 'SHARE UPDATE EXCLUSIVE',
	AT_SetStatistics: 'SHARE UPDATE EXCLUSIVE',
	AT_SetRelOptions: 'SHARE UPDATE EXCLUSIVE',
	AT_ResetRelOptions: 'SHARE UPDATE EXCLUSIVE',
	AT_AttachPartition: 'SHARE UPDATE EXCLUSIVE',
	AT_ClusterOn: 'SHARE UPDATE EXCLUSIVE',
	AT_EnableTrig: 'SHARE ROW EXCLUSIVE',
	AT_DisableTrig: 'SHARE ROW EXCLUSIVE',
	AT_EnableTrigAll: 'SHARE ROW EXCLUSIVE',
	AT_DisableTrigAll: 'SHARE ROW EXCLUSIVE'
};

/** One part of an ALTER TABLE, with the table's name. */
interface Change {
	table: string;
	command: AlterTableCmd;
	checks: NotNullChecks;
}

/** The effects of ALTER TABLE: one for each of its parts, and one for each table that a new key refers to. */
export function alterTable(
	{ relation, cmds = [] }: AlterTableStmt,
	checks: NotNullChecks
): Effect[] {
	const table = nameOf(relation) ?? '';
	return cmds.flatMap((node) =>
		'AlterTableCmd' in node ? changeTable({ table, command: node.AlterTableCmd, checks }) : []
	);
}

/** The tables that the foreign keys among these columns and constraints refer to. */
export function foreignKeys(nodes: readonly Node[]): Effect[] {
	return constraintsIn(nodes)
		.filter(({ contype }) => contype === 'CONSTR_FOREIGN')
		.map(({ pktable }) => ({ lock: 'SHARE ROW EXCLUSIVE', table: nameOf(pktable) }));
}

function changeTable(change: Change): Effect[] {
	const { table, command } = change;
	const definition = command.def ? [command.def] : [];
	const keys = foreignKeys(definition);
	noteChecks(change);
	const onlyKey = command.subtype === 'AT_AddConstraint' && keys.length > 0;
	const lock = onlyKey
		? 'SHARE ROW EXCLUSIVE'
		: (gentle[command.subtype ?? ''] ?? 'ACCESS EXCLUSIVE');
	return [{ lock, table, problem: problemOf(change) }, ...keys];
}

function problemOf({ table, command, checks }: Change): string | undefined {
	const { subtype, name, def } = command;
	switch (subtype) {
		case 'AT_DropColumn':
			return `DROP COLUMN ${name} loses data`;
		case 'AT_AlterColumnType':
			return `a new type for ${name} rewrites the table and may break the previous release`;
		case 'AT_SetNotNull':
			return checks.validated.has(`${table}.${name}`)
				? undefined
				: `SET NOT NULL reads every row of ${table}: first add CHECK (${name} IS NOT NULL) NOT VALID and ` +
						'validate it';
		case 'AT_AddColumn':
			return def && 'ColumnDef' in def ? addColumnProblem(def.ColumnDef) : undefined;
		default:
			return undefined;
	}
}

function addColumnProblem(column: ColumnDef): string | undefined {
	const kinds = constraintsIn(column.constraints ?? []).map(({ contype }) => contype);
	const filled = ['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'] as const;
	if (!kinds.includes('CONSTR_NOTNULL') || filled.some((kind) => kinds.includes(kind)))
		return undefined;
	return `ADD COLUMN ${column.colname} NOT NULL without a default fails where there are rows`;
}

/** Remembers checks of the form CHECK (column IS NOT NULL), and that one was validated. */
function noteChecks({ table, command, checks }: Change): void {
	if (command.subtype === 'AT_ValidateConstraint') {
		const column = checks.waiting.get(`${table}.${command.name}`);
		if (column) checks.validated.add(column);
	}
	if (command.subtype !== 'AT_AddConstraint' || !command.def) return;
	for (const { conname, raw_expr: expression, skip_validation: later } of constraintsIn([
		command.def
	])) {
		const name = expression && columnOfNotNull(expression);
		if (!name) continue;
		if (later) checks.waiting.set(`${table}.${conname}`, `${table}.${name}`);
		else checks.validated.add(`${table}.${name}`);
	}
}

/** The column of `column IS NOT NULL`. */
function columnOfNotNull(expression: Node): string | undefined {
	if (!('NullTest' in expression)) return undefined;
	const { arg, nulltesttype } = expression.NullTest;
	if (nulltesttype !== 'IS_NOT_NULL' || !arg || !('ColumnRef' in arg)) return undefined;
	const field = arg.ColumnRef.fields?.at(-1);
	return field && 'String' in field ? field.String.sval : undefined;
}

function constraintsIn(nodes: readonly Node[]): Constraint[] {
	return nodes.flatMap((node) => {
		if ('Constraint' in node) return [node.Constraint];
		return 'ColumnDef' in node ? constraintsIn(node.ColumnDef.constraints ?? []) : [];
	});
}
