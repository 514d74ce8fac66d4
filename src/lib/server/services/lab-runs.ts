import { v7 as uuid } from 'uuid';
import { db, type Transaction } from '../db';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import type { SwitchOperator } from './switches';

/** What Lighthouse measured: whole numbers, as `$lib/vitals` has them. */
export interface LabFigures {
	at: Date;
	url: string;
	formFactor: string;
	/** Of Lighthouse. */
	version: string;
	lcp: number;
	fcp: number;
	tti: number;
	tbt: number;
	cls: number;
}

/** The newest run of each form, phones and desks. */
export function newestLabRuns(_admin: PersonalActor): Promise<LabFigures[]> {
	return db.$queryRaw<LabFigures[]>`
		SELECT DISTINCT ON (form_factor) at, url, form_factor AS "formFactor", version, lcp, fcp, tti, tbt, cls
		FROM lab_runs ORDER BY form_factor DESC, at DESC`;
}

/**
 * Keeps a run, and that it was recorded.
 *
 * @returns whether it is a new one: the same report comes to the same run
 */
export async function recordLabRun(
	tx: Transaction,
	{ actor, name }: SwitchOperator,
	figures: LabFigures
): Promise<boolean> {
	const id = uuid();
	const { count } = await tx.labRun.createMany({
		data: [{ id, ...figures }],
		skipDuplicates: true
	});
	if (count === 0) return false;
	const details = { url: figures.url, ...(name && { operator: name }) };
	await recordAudit(tx, actor, {
		action: 'lab.record',
		targetKind: 'labRun',
		targetId: id,
		details
	});
	return true;
}
