import {
	ChooseImport,
	ImportChunk,
	ImportId,
	ListImport,
	ReadImport,
	StartImport
} from '$lib/schemas/transfer';
import { confirmImport } from '$lib/server/services/import-confirm';
import { listImport, previewImport } from '$lib/server/services/import-preview';
import {
	cancelImport,
	chooseImport,
	currentImport,
	getImport,
	readImport,
	receiveChunk,
	refreshImport,
	startImport
} from '$lib/server/services/imports';
import { router, userProcedure } from '../init';

/** Files of ideas on their way in: sent in pieces, read, compared, taken over. */
export const imports = router({
	/** Goes on with the same file where it broke off. */
	start: userProcedure
		.input(StartImport)
		.mutation(({ ctx, input }) => startImport(ctx.actor, input)),

	/** Idempotent by `sequence`. */
	receive: userProcedure
		.input(ImportChunk)
		.mutation(({ ctx, input }) => receiveChunk(ctx.actor, input)),

	/** Reads what was sent and compares it; `problems` says why it was refused. */
	read: userProcedure.input(ReadImport).mutation(({ ctx, input }) => readImport(ctx.actor, input)),

	/** How far it is. */
	get: userProcedure.input(ImportId).query(({ ctx, input }) => getImport(ctx.actor, input)),

	/** What was begun and not ended, and what was ended last. */
	current: userProcedure.query(({ ctx }) => currentImport(ctx.actor)),

	/** What it would do, in numbers. */
	preview: userProcedure.input(ImportId).query(({ ctx, input }) => previewImport(ctx.actor, input)),

	/** What it would do, one by one and field by field. */
	list: userProcedure.input(ListImport).query(({ ctx, input }) => listImport(ctx.actor, input)),

	/** Compares anew. */
	refresh: userProcedure
		.input(ImportId)
		.mutation(({ ctx, input }) => refreshImport(ctx.actor, input)),

	choose: userProcedure
		.input(ChooseImport)
		.mutation(({ ctx, input }) => chooseImport(ctx.actor, input)),

	/** All or nothing; the answer's token takes it back. */
	confirm: userProcedure
		.input(ImportId)
		.mutation(({ ctx, input }) => confirmImport(ctx.actor, input)),

	cancel: userProcedure.input(ImportId).mutation(({ ctx, input }) => cancelImport(ctx.actor, input))
});
