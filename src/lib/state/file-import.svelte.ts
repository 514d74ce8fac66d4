import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { callFailure } from '$lib/errors';
import { fingerprintOf, formatOf, piecesOf, refusalOf } from '$lib/import-file';
import type { AppRouter } from '$lib/server/trpc/router';
import { trpc } from '$lib/trpc';
import { toasts } from './toasts.svelte';
import { undoStack } from './undo.svelte';

type Answers = inferRouterOutputs<AppRouter>['imports'];
type Inputs = inferRouterInputs<AppRouter>['imports'];

/** How often the server is asked how far it is. */
const ASK_MS = 700;
/** A piece is sent again this often before the person is asked to. */
const TRIES = 5;

/** What comes out how. */
export type Verdict = Inputs['list']['verdict'];

/** One file on its way in: sent, read, shown, taken over. */
export class FileImport {
	/** What is going on, for the bar. */
	step = $state<'idle' | 'sending' | 'reading' | 'importing'>('idle');
	progress = $state({ value: 0, max: 1 });
	problem = $state('');
	preview = $state.raw<Answers['preview'] | undefined>();
	done = $state.raw<{ created: number; changed: number } | undefined>();
	#id = '';
	#isStopped = false;

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
			const { id, received } = await trpc.imports.start.mutate(start);
			this.#id = id;
			const arrived = new Set(received);
			let sequence = 0;
			for await (const { body, read } of piecesOf(file)) {
				if (this.#isStopped) return;
				if (!arrived.has(sequence)) await this.#send({ id, sequence, body });
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
			const { undoToken, ...result } = await this.#watched(() =>
				trpc.imports.confirm.mutate({ id })
			);
			this.done = result;
			this.preview = undefined;
			if (result.created + result.changed > 0) {
				undoStack.push({
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
		// What cannot be cancelled now is forgotten by the task after a day.
		if (this.#id) await trpc.imports.cancel.mutate({ id: this.#id }).catch(() => undefined);
		if (this.step !== 'idle') return;
		this.preview = undefined;
	}

	/** Decides one conflict, or all. */
	async choose(input: Omit<Inputs['choose'], 'id'>): Promise<void> {
		await trpc.imports.choose.mutate({ id: this.#id, ...input });
	}

	/** One page of what comes out in one way. */
	list = (verdict: Verdict, after?: Inputs['list']['after']) =>
		trpc.imports.list.query({ id: this.#id, verdict, after });

	/** Shows what it would do. */
	async show(): Promise<void> {
		this.preview = await trpc.imports.preview.query({ id: this.#id });
	}

	async #send(piece: Inputs['receive'], tries = TRIES): Promise<void> {
		try {
			await trpc.imports.receive.mutate(piece);
		} catch (cause) {
			const { retryable, retryAfterSeconds = 2 } = callFailure(cause);
			if (!retryable || tries === 0 || this.#isStopped) throw cause;
			await new Promise((resolve) => setTimeout(resolve, retryAfterSeconds * 1_000));
			await this.#send(piece, tries - 1);
		}
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
			return await work();
		} finally {
			clearInterval(ask);
		}
	}

	async #run(step: typeof this.step, work: () => Promise<void>): Promise<void> {
		this.#isStopped = false;
		this.problem = '';
		this.step = step;
		this.progress = { value: 0, max: 1 };
		try {
			await work();
		} catch (cause) {
			const { message, reason } = callFailure(cause);
			this.problem = message;
			if (reason === 'import.changed') {
				await trpc.imports.refresh.mutate({ id: this.#id }).then(
					() => this.show(),
					() => undefined
				);
			}
		} finally {
			this.step = 'idle';
			if (this.#isStopped) {
				this.preview = undefined;
				toasts.show('The import was stopped. Nothing of it is in your account.');
			}
		}
	}
}
