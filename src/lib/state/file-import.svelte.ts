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
	#id = '';
	#isStopped = false;
	/** Ends the pause before the next try. */
	#wake = () => {};
	/** Decisions that are on their way: the import waits for them. */
	#choosing: Promise<unknown> = Promise.resolve();
	#undo?: () => void;
	#undoToken = '';

	constructor(begun: Answers['preview'] | undefined) {
		this.preview = begun;
		this.#id = begun?.import.id ?? '';
	}

	/** Sends a file and shows what it would do. Nothing is imported yet. */
	async read(file: File): Promise<void> {
		this.problem = '';
		this.done = undefined;
		const refusal = await refusalOf(file);
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
			const arrived = new Set(received);
			let sequence = 0;
			for await (const { body, read } of piecesOf(file)) {
				if (this.#isStopped) return;
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
			if (result.created + result.changed > 0) {
				this.#undoToken = undoToken;
				this.#undo = undoStack.push({
					kind: 'idea.import',
					ids: [],
					token: undoToken,
					undone: 'The import is taken back.'
				});
			}
		});
	}

	/** Stops what goes on and forgets the file. */
	async cancel(): Promise<void> {
		this.#isStopped = true;
		this.#wake();
		// What cannot be cancelled now is forgotten by the task after a day.
		if (this.#id) await trpc.imports.cancel.mutate({ id: this.#id }).catch(() => undefined);
		if (this.step !== 'idle') return;
		this.preview = undefined;
		this.problem = '';
	}

	/** Takes back what was just imported, and nothing else. */
	undo(): void {
		this.done = undefined;
		this.#undo?.();
	}

	/** Something was taken back: where it is this import, its result is no news any more. */
	heedUndone({ token }: Pick<Undoable, 'token'>): void {
		if (token === this.#undoToken) this.done = undefined;
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
	list = (verdict: Verdict, after?: Inputs['list']['after']) =>
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
				const isOver = this.#isStopped || Date.now() - since > PATIENCE_MS;
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
				({ progress, total }) => {
					if (total > 0) this.progress = { value: progress, max: total };
				},
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
				this.problem = 'The file cannot be read any more. Choose it again.';
				return;
			}
			const { message, reason } = callFailure(cause);
			// Any other failure leaves it open whether it was stopped before the end.
			isNothingWritten ||= reason === 'import.cancelled' || reason === 'import.notFound';
			this.problem = this.#isStopped && isNothingWritten ? '' : message;
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
				toasts.show('The import was stopped. Nothing of it is in your account.');
			}
		}
	}
}
