import { expect, test } from 'vitest';
import { BatchWriter, type BatchMark } from './batch-writer';

/** A database that is away, as its driver says it. */
const away = () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

/** Numbers that are gathered, and a database of which the test says how it is. */
function ground(given: { takesOnce?: true } = {}) {
	const state = {
		gathered: [] as number[],
		says: undefined as Error | undefined,
		tried: [] as { batch: number[]; mark: BatchMark }[],
		lost: [] as number[],
		whileWriting: () => undefined as void,
		scheduled: [] as { ms: number; work: () => Promise<void> }[]
	};
	const writer = new BatchWriter<number[]>(
		{
			...given,
			take() {
				const taken = state.gathered.splice(0, 3);
				return taken.length > 0 ? taken : undefined;
			},
			async write(batch, mark) {
				state.tried.push({ batch, mark });
				state.whileWriting();
				if (state.says) throw state.says;
				if (batch.includes(13)) throw new Error('refused');
			},
			refused(batch) {
				if (batch.length > 1) return batch.map((one) => [one]);
				state.lost.push(...batch);
				return [];
			}
		},
		(ms, work) => state.scheduled.push({ ms, work })
	);
	const batches = () => state.tried.map(({ batch }) => batch);
	return { state, writer, batches };
}

test('writes batch after batch until nothing is left', async () => {
	const { state, writer, batches } = ground();
	state.gathered = [1, 2, 3, 4];

	expect(await writer.flush()).toBe(true);
	expect(batches()).toEqual([[1, 2, 3], [4]]);
});

test('what may have been written comes again as it was, under its mark, before anything else', async () => {
	const { state, writer } = ground();
	state.gathered = [1, 2];
	state.says = away();
	expect(await writer.flush()).toBe(false);
	state.gathered.push(3, 4, 5, 6);
	expect(await writer.flush()).toBe(false);
	expect(state.gathered).toEqual([3, 4, 5, 6]);

	state.says = undefined;
	expect(await writer.flush()).toBe(true);

	const marks = state.tried.map(({ batch, mark }) => [batch, mark.sequence]);
	expect(marks).toEqual([
		[[1, 2], 1],
		[[1, 2], 1],
		[[1, 2], 1],
		[[3, 4, 5], 2],
		[[6], 3]
	]);
	expect(new Set(state.tried.map(({ mark }) => mark.writer)).size).toBe(1);
});

test('of what is refused, the rest is written', async () => {
	const { state, writer } = ground();
	state.gathered = [1, 13, 2, 3];

	expect(await writer.flush()).toBe(true);

	const marks = state.tried.map(({ batch, mark }) => [batch, mark.sequence]);
	expect(marks).toEqual([
		[[1, 13, 2], 1],
		[[1], 2],
		[[13], 3],
		[[2], 4],
		[[3], 5]
	]);
	expect(state.lost).toEqual([13]);
});

test('takes once for each flush where that is asked, also for one that joins another', async () => {
	const { state, writer, batches } = ground({ takesOnce: true });
	state.gathered = [1];
	state.whileWriting = () => state.gathered.push(...(state.tried.length === 1 ? [2] : []));
	await writer.flush();
	expect(batches()).toEqual([[1]]);

	state.whileWriting = () => undefined;
	const first = writer.flush();
	state.gathered.push(3);
	await Promise.all([first, writer.flush()]);
	expect(batches()).toEqual([[1], [2], [3]]);
});

test('is asked for once, and again by itself while the database is away', async () => {
	const { state, writer, batches } = ground();
	state.gathered = [1];
	state.says = away();
	writer.schedule();
	writer.schedule();
	await state.scheduled[0]?.work();
	state.says = undefined;
	await state.scheduled[1]?.work();

	expect(state.scheduled.map(({ ms }) => ms)).toEqual([1_000, 5_000]);
	expect(batches()).toEqual([[1], [1]]);
});
