import type { Constraint, RawStmt } from 'libpg-query';
import { nameOf } from './effects.ts';

/** The last migration of a release that may have both in one file: it was applied as it is. */
const LAST_WITH_BOTH = '20261126014500_add_import_remarks';

/**
 * The constraints that a migration adds as NOT VALID and validates itself, as `table.constraint`. A file is one
 * transaction, so that the strong lock of adding is held while every row is read, which NOT VALID is there to avoid.
 */
export function validatedAtOnce(name: string, statements: readonly RawStmt[]): string[] {
	if (name <= LAST_WITH_BOTH) return [];
	const added = new Set<string>();
	const validated: string[] = [];
	for (const { stmt } of statements) {
		if (!stmt || !('AlterTableStmt' in stmt)) continue;
		const { relation, cmds = [] } = stmt.AlterTableStmt;
		for (const node of cmds) {
			if (!('AlterTableCmd' in node)) continue;
			const { subtype, name: constraint, def } = node.AlterTableCmd;
			const given: Constraint = def && 'Constraint' in def ? def.Constraint : {};
			if (given.skip_validation) added.add(`${nameOf(relation)}.${given.conname}`);
			if (subtype === 'AT_ValidateConstraint') validated.push(`${nameOf(relation)}.${constraint}`);
		}
	}
	return validated.filter((one) => added.has(one));
}
