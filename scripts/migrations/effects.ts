import type { DropStmt, Node, RangeVar, RenameStmt } from 'libpg-query';
import { alterTable, foreignKeys, type NotNullChecks } from './table-changes.ts';

/**
 * The lock that a statement takes on a table. Under SHARE and stronger nobody writes, under ACCESS
 * EXCLUSIVE nobody reads either.
 */
export type Lock =
	| 'none'
	| 'ROW EXCLUSIVE'
	| 'SHARE UPDATE EXCLUSIVE'
	| 'SHARE'
	| 'SHARE ROW EXCLUSIVE'
	| 'ACCESS EXCLUSIVE'
	| 'unknown';

/** What a statement does to one table; to none when `table` is missing. */
export interface Effect {
	lock: Lock;
	table?: string;
	/** Why it loses data, or breaks the previous release, which still runs meanwhile. */
	problem?: string;
}

const renaming = 'a new name breaks the previous release';

/** What can be dropped or renamed without losing data or breaking a query. */
const harmless = new Set(['OBJECT_INDEX', 'OBJECT_TABCONSTRAINT', 'OBJECT_TRIGGER']);

/** The effects of one parsed statement on what exists; none for what only makes new things. */
export function effectsOf(node: Node, checks: NotNullChecks): Effect[] {
	if ('AlterTableStmt' in node) return alterTable(node.AlterTableStmt, checks);
	if ('CreateStmt' in node) return foreignKeys(node.CreateStmt.tableElts ?? []);
	if ('IndexStmt' in node) {
		const { concurrent, relation } = node.IndexStmt;
		return [{ lock: concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', table: nameOf(relation) }];
	}
	if ('DropStmt' in node) return drop(node.DropStmt);
	if ('RenameStmt' in node) return rename(node.RenameStmt);
	if ('AlterObjectSchemaStmt' in node) {
		const table = nameOf(node.AlterObjectSchemaStmt.relation);
		return [{ lock: 'ACCESS EXCLUSIVE', table, problem: renaming }];
	}
	if ('AlterEnumStmt' in node) {
		return node.AlterEnumStmt.oldVal ? [{ lock: 'none', problem: renaming }] : [];
	}
	if ('CreateTrigStmt' in node) {
		return [{ lock: 'SHARE ROW EXCLUSIVE', table: nameOf(node.CreateTrigStmt.relation) }];
	}
	if ('DoStmt' in node) return [{ lock: 'unknown' }];
	return rowEffects(node);
}

/** The name of a table, with its schema when that was written. */
export function nameOf(relation: RangeVar | undefined): string | undefined {
	if (!relation?.relname) return undefined;
	return relation.schemaname ? `${relation.schemaname}.${relation.relname}` : relation.relname;
}

function rowEffects(node: Node): Effect[] {
	if ('TruncateStmt' in node) {
		return (node.TruncateStmt.relations ?? []).map((item) => ({
			lock: 'ACCESS EXCLUSIVE',
			table: 'RangeVar' in item ? nameOf(item.RangeVar) : undefined,
			problem: 'TRUNCATE empties the table'
		}));
	}
	if ('DeleteStmt' in node) {
		const { relation, whereClause } = node.DeleteStmt;
		return [
			changesRows(relation, whereClause ? undefined : 'DELETE without WHERE empties the table')
		];
	}
	if ('UpdateStmt' in node) {
		const { relation, whereClause } = node.UpdateStmt;
		return [
			changesRows(relation, whereClause ? undefined : 'UPDATE without WHERE changes every row')
		];
	}
	if ('InsertStmt' in node) return [changesRows(node.InsertStmt.relation)];
	return [];
}

function changesRows(relation: RangeVar | undefined, problem?: string): Effect {
	return { lock: 'ROW EXCLUSIVE', table: nameOf(relation), problem };
}

function drop({ objects = [], removeType = 'OBJECT_TABLE', concurrent }: DropStmt): Effect[] {
	const kind = removeType.replace('OBJECT_', '').replaceAll('_', ' ');
	const losesData = ['OBJECT_TABLE', 'OBJECT_SCHEMA', 'OBJECT_SEQUENCE'].includes(removeType);
	const problem = losesData
		? `DROP ${kind} loses data`
		: `DROP ${kind} breaks the previous release`;
	return objects.map((object) => ({
		lock: concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE',
		table: namesIn(object).join('.'),
		problem: harmless.has(removeType) ? undefined : problem
	}));
}

function rename({ renameType = 'OBJECT_TABLE', relation }: RenameStmt): Effect[] {
	if (renameType === 'OBJECT_INDEX')
		return [{ lock: 'SHARE UPDATE EXCLUSIVE', table: nameOf(relation) }];
	const problem = harmless.has(renameType) ? undefined : renaming;
	return [{ lock: relation ? 'ACCESS EXCLUSIVE' : 'none', table: nameOf(relation), problem }];
}

/** The parts of a name: a list for tables, one of its own kind for types. */
function namesIn(node: Node): string[] {
	const items =
		'List' in node ? node.List.items : 'TypeName' in node ? node.TypeName.names : [node];
	return (items ?? []).flatMap((item) => ('String' in item ? [item.String.sval ?? ''] : []));
}
