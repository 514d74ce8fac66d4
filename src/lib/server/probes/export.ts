import * as z from 'zod';
import { exportAccount } from '../services/account-export';
import { probeActor } from '../services/probe-account';
import { PROBE_EMAIL, PROBE_ID } from '../services/probe-identity';
import { NOTES, TITLE, WHEEL, writeIdea } from './ideas';
import { expectThat, ProbeFailure, type Probe } from './steps';

const STEP_MS = 4_000;
const DOWNLOAD_MS = 8_000;

const text = z.object({ id: z.uuid(), title: z.string(), notes: z.string() });

/** What is compared of the document. */
const Exported = z.object({
	format: z.literal('coda.account'),
	version: z.literal(1),
	account: z.object({ id: z.literal(PROBE_ID), email: z.literal(PROBE_EMAIL) }),
	ideas: z.array(text.extend({ star: z.string(), linkUrl: z.string().nullable() })),
	features: z.array(text.extend({ ideaId: z.uuid() })),
	// Without it the download broke off.
	complete: z.literal(true)
});

/** Exports the account as its owner does, and compares the file with what is in the account. */
export const probeExport: Probe = async (attempt, requestId) => {
	const actor = probeActor(requestId);
	const { idea, feature } = await attempt(['write something', STEP_MS], () => writeIdea(actor));
	const file = await attempt(['export', DOWNLOAD_MS], async () => {
		let text = '';
		for await (const piece of await exportAccount(actor)) text += piece;
		return text;
	});
	await attempt(['compare', STEP_MS], async () => compareExport(file, { idea, feature }));
};

/** @throws ProbeFailure where a file does not hold what was written */
export function compareExport(
	file: string,
	{ idea, feature }: { idea: { id: string }; feature: { id: string } }
): void {
	const { data, error } = Exported.safeParse(parsed(file));
	const [issue] = error?.issues ?? [];
	expectThat(
		data !== undefined,
		`the file is wrong at ${issue?.path.join('.')}: ${issue?.message}`
	);
	const ours = data.ideas.find(({ id }) => id === idea.id);
	expectThat(ours !== undefined, 'the idea is not in the file');
	const isIdea = ours.title === TITLE && ours.notes === NOTES && ours.star === 'star';
	expectThat(isIdea, 'the idea in the file is not as it was written');
	const wheel = data.features.find(({ id }) => id === feature.id);
	expectThat(wheel !== undefined, 'the feature is not in the file');
	const isFeature = wheel.title === WHEEL && wheel.notes === NOTES && wheel.ideaId === idea.id;
	expectThat(isFeature, 'the feature in the file is not as it was written');
}

function parsed(file: string): unknown {
	try {
		return JSON.parse(file);
	} catch {
		throw new ProbeFailure('the file is no JSON');
	}
}
