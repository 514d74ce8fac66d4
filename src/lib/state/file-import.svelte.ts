import { TRPCClientError } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { callFailure } from '$lib/errors';
import { fingerprintOf, formatOf, piecesOf, refusalOf } from '$lib/import-file';
import type { AppRouter } from '$lib/server/trpc/router';
import { trpc } from '$lib/trpc';
import { toasts } from './toasts.svelte';
import { undoStack, type Undoable } from './undo.svelte';

type Answers = inferRouterOutputs<AppRouter>['imports'];
type Inputs = inferRouterInputs<AppRouter>['imports'];

/** How often the server is asked how far it is. */
const ASK_MS = 700;
/** While Coda cannot be reached, a call is made again after pauses that double up to this. */
const LONGEST_PAUSE_MS = 15_000;
/** After this long without an answer it is left to the person. */
const PATIENCE_MS = 300_000;

/** What the server knows of the person's imports. */
export type Known = Answers['current'] & {
	/** What the open one would do. */
	preview?: Answers['preview'];
};

/** A folder, a file that is gone, or one that the browser may not look into. */
const UNREADABLE = 'This cannot be read. Choose a file, and leave it where it is until it is sent.';

/** What comes out how. */
export type Verdict = Inputs['list']['verdict'];

/** One file on its way in: sent, read, shown, taken over. */
export class FileImport {
	/** What is going on, for the bar. */
	step = $state<'idle' | 'sending' | 'reading' | 'importing'>('idle');
	progress = $state({ value: 0, max: 1 });
	problem = $state('');
	/** Coda does not answer at the moment, and is asked again and again. */
	isWaiting = $state(false);
	preview = $state.raw<Answers['preview'] | undefined>();
	done = $state.raw<{ created: number; changed: number } | undefined>();
	/** A file that has not arrived whole: chosen again, it goes on where it broke off. */
	begun = $state.raw<Answers['get'] | undefined>();
	/** What was taken over before. */
	last = $state.raw<Answers['get'] | undefined>();
	#id = '';
	#isStopped = false;
	/** Ends the pause before the next try. */
	#wake = () => {};
	/** Decisions that are on their way: the import waits for them. */
	#choosing: Promise<unknown> = Promise.resolve();
	/** Nobody looks at the page any more. */
	#isLeft = false;

	constructor({ open, last, preview }: Known) {
		this.#id = open?.id ?? '';
		this.last = last ?? undefined;
		if (open?.isUnderWay) {
			this.step = stepOf(open);
			this.progress = shareOf(open);
		} else if (open?.state === 'receiving') this.begun = open;
		else this.preview = preview;
	}

	/** Goes on with what another visit began: watches it until it is over. @returns ends that */
	attend(): () => void {
		if (this.step !== 'idle') void this.#attend();
		return () => {
			this.#isLeft = true;
			this.#wake();
		};
	}

	async #attend(): Promise<void> {
		await this.#run(this.step, async () => {
			const id = this.#id;
			for (;;) {
				const now = await this.#patiently(() => trpc.imports.get.query({ id }));
				if (this.#isLeft) return;
				this.progress = shareOf(now);
				if (now.state === 'done') {
					this.done = now.result ?? undefined;
					return;
				}
				if (!now.isUnderWay) return this.#settle(now);
				this.step = stepOf(now);
				await this.#pause(ASK_MS);
			}
		});
	}

	/** What is there after a step of another visit, which may have come to nothing. */
	async #settle(now: Answers['get']): Promise<void> {
		if (now.state === 'receiving') this.begun = now;
		else await this.show();
		if (this.step === 'importing') {
			this.problem =
				'The import did not come to its end, and nothing is written. Import once more.';
		}
	}

	/** Sends a file and shows what it would do. Nothing is imported yet. */
	async read(file: File): Promise<void> {
		this.problem = '';
		const refusal = await refusalOf(file).catch(() => UNREADABLE);
		const format = formatOf(file.name);
		if (refusal || !format) {
			this.problem = refusal ?? '';
			return;
		}
		await this.#run('sending', async () => {
			const { name, size: bytes } = file;
			const start = { name, format, bytes, fingerprint: fingerprintOf(file) };
			const { id, received } = await this.#patiently(() => trpc.imports.start.mutate(start));
			this.#id = id;
			this.begun = undefined;
			const arrived = new Set(received);
			let sequence = 0;
			for await (const { body, read } of piecesOf(file)) {
				if (this.#isStopped || this.#isLeft) return;
				const piece = { id, sequence, body };
				if (!arrived.has(sequence)) {
					await this.#patiently(() => trpc.imports.receive.mutate(piece));
				}
				sequence += 1;
				this.progress = { value: read, max: bytes };
			}
			this.step = 'reading';
			await this.#watched(() => trpc.imports.read.mutate({ id, chunks: sequence }));
			await this.show();
		});
	}

	/** Takes the file over, whole. */
	confirm(): Promise<void> {
		return this.#run('importing', async () => {
			const id = this.#id;
			await this.#choosing;
			const { undoToken, ...result } = await this.#watched(() =>
				trpc.imports.confirm.mutate({ id })
			);
			this.done = result;
			this.preview = undefined;
			if (result.created + result.changed === 0) return;
			// Whoever is elsewhere by now hears of it there.
			if (this.#isLeft)
				undoStack.offer(`The file is imported: ${inWords(result)}.`, undoable(undoToken));
			else undoStack.push(undoable(undoToken));
		});
	}

	/** Leaves a result, for the next file. */
	async begin(): Promise<void> {
		this.done = undefined;
		await this.heedUndone();
	}

	/** Stops what goes on and forgets the file. */
	async cancel(): Promise<void> {
		this.#isStopped = true;
		this.#wake();
		// What cannot be cancelled now is forgotten by the task after a day.
		if (this.#id) await trpc.imports.cancel.mutate({ id: this.#id }).catch(() => undefined);
		if (this.step !== 'idle') return;
		this.preview = undefined;
		this.begun = undefined;
		this.done = undefined;
		this.problem = '';
	}

	/** Takes back what was imported last. Asked once more, the server gives a token for what is done. */
	async undo(): Promise<void> {
		const id = this.done ? this.#id : this.last?.id;
		if (!id) return;
		try {
			const { undoToken } = await trpc.imports.confirm.mutate({ id });
			undoStack.push(undoable(undoToken))();
		} catch (cause) {
			this.problem = callFailure(cause).message;
		}
	}

	/** An import was taken back: where it is the one of this page, its result is no news any more. */
	async heedUndone(): Promise<void> {
		// What the page says of earlier imports is no more than a reminder.
		const { last } = await trpc.imports.current.query().catch(() => ({ last: null }));
		this.last = last ?? undefined;
		if (this.done && last?.id !== this.#id) this.done = undefined;
	}

	/** Decides one conflict, or all; one decision after the other. */
	async choose(input: Omit<Inputs['choose'], 'id'>): Promise<void> {
		// That an earlier decision failed was said to whoever made it; this one is made all the same.
		const choosing = this.#choosing
			.catch(() => undefined)
			.then(() => trpc.imports.choose.mutate({ id: this.#id, ...input }));
		this.#choosing = choosing;
		try {
			await choosing;
		} finally {
			if (this.#choosing === choosing) this.#choosing = Promise.resolve();
		}
	}

	/** One page of what comes out in one way. */
	list = (verdict: Verdict, after?: Inputs['list']['after']): Promise<Answers['list']> =>
		trpc.imports.list.query({ id: this.#id, verdict, after });

	/** Shows what it would do. */
	async show(): Promise<void> {
		this.preview = await trpc.imports.preview.query({ id: this.#id });
	}

	/**
	 * Makes a call until it is answered, or the person has had enough. Each of them may be made twice: a piece is
	 * kept once, and what was read or taken over already says so. Where an earlier call of these is still at work,
	 * also one of another tab, it is waited for.
	 */
	async #patiently<T>(call: () => Promise<T>): Promise<T> {
		let since = 0;
		for (let pauseMs = 1_000; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
			try {
				const answer = await call();
				this.isWaiting = false;
				return answer;
			} catch (cause) {
				const { code, retryable, reason, retryAfterSeconds = 0 } = callFailure(cause);
				const isBusy = reason === 'import.busy';
				since ||= Date.now();
				// Where stopping it is what it is busy with, the next answer says how that ended.
				const isOver = (this.#isStopped && !isBusy) || Date.now() - since > PATIENCE_MS;
				this.isWaiting = retryable && !isOver && code !== 'TOO_MANY_REQUESTS';
				if (isOver || !(retryable || isBusy)) throw cause;
				await this.#pause(isBusy ? 1_000 : Math.max(pauseMs, retryAfterSeconds * 1_000));
			}
		}
	}

	async #pause(ms: number): Promise<void> {
		await new Promise<void>((resolve) => {
			this.#wake = resolve;
			addEventListener('online', this.#wake);
			setTimeout(resolve, ms);
		});
		removeEventListener('online', this.#wake);
	}

	/** Asks how far it is while it goes on. */
	async #watched<T>(work: () => Promise<T>): Promise<T> {
		this.progress = { value: 0, max: 1 };
		const ask = setInterval(() => {
			trpc.imports.get.query({ id: this.#id }).then(
				(now) => (this.progress = shareOf(now)),
				() => undefined
			);
		}, ASK_MS);
		try {
			return await this.#patiently(work);
		} finally {
			clearInterval(ask);
		}
	}

	async #run(step: typeof this.step, work: () => Promise<void>): Promise<void> {
		this.#isStopped = false;
		this.problem = '';
		this.step = step;
		this.progress = { value: 0, max: 1 };
		let isNothingWritten = step !== 'importing';
		try {
			await work();
		} catch (cause) {
			if (!(cause instanceof TRPCClientError)) {
				this.problem = UNREADABLE;
				return;
			}
			const { message, reason } = callFailure(cause);
			// Any other failure leaves it open whether it was stopped before the end.
			isNothingWritten ||= reason === 'import.cancelled' || reason === 'import.notFound';
			this.problem = this.#isStopped && isNothingWritten ? '' : message;
			if (reason === 'import.notFound') this.preview = undefined;
			if (reason === 'import.changed') {
				await trpc.imports.refresh.mutate({ id: this.#id }).then(
					() => this.show(),
					() => undefined
				);
			}
		} finally {
			this.step = 'idle';
			this.isWaiting = false;
			if (this.#isStopped && isNothingWritten) {
				this.preview = undefined;
				this.begun = undefined;
				toasts.show('The import was stopped. Nothing of it is in your account.');
			}
		}
	}
}

/** Which step an import is in that goes on by itself. */
const stepOf = ({ state }: Answers['get']) => (state === 'receiving' ? 'reading' : 'importing');

const shareOf = ({ progress, total }: Answers['get']) => ({ value: progress, max: total || 1 });

const undoable = (token: string): Undoable => ({
	kind: 'idea.import',
	ids: [],
	token,
	undone: 'The import is taken back.'
});

/** What an import did: `added 3, changed 2`. */
export const inWords = ({ created, changed }: { created: number; changed: number }): string =>
	`added ${created.toLocaleString('en')}, changed ${changed.toLocaleString('en')}`;
