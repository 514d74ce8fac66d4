import type { GrantClaims } from '#protocol/grants';
import type { FolderList, Request, Response } from '#protocol/terminal';
import type { AllowedFolders } from './folders.ts';
import { Refused } from './refused.ts';
import type { Sessions } from './sessions.ts';

/** What questions are answered from. */
export interface Answerable {
	sessions: Sessions;
	folders: AllowedFolders;
}

/** Answers a question of a browser about the computer, or does what it asks for. @throws Refused */
export async function answerRequest(
	{ sessions, folders }: Answerable,
	{ sessionId, role }: Pick<GrantClaims, 'sessionId' | 'role'>,
	request: Request
): Promise<Partial<Response>> {
	if (sessionId !== undefined) throw new Refused('FORBIDDEN', 'That grant is for one terminal.');
	if (request.ask === 'sessions.list') return sessions.listed;
	if (request.ask === 'folders.list') {
		const { path, ideaId } = request;
		const remembered = path === undefined ? sessions.folders.of(ideaId) : undefined;
		return { folders: (await listIfThere(folders, remembered)) ?? (await folders.list(path)) };
	}
	if (role !== 'writer') throw new Refused('FORBIDDEN', 'Whoever only looks changes nothing.');
	switch (request.ask) {
		case 'sessions.rename':
			sessions.rename(request.sessionId, request.title);
			return {};
		case 'sessions.end':
			sessions.end(request.sessionId);
			return {};
	}
}

/** A folder that is not there now, or is allowed no longer, is none. */
async function listIfThere(
	folders: AllowedFolders,
	path: string | undefined
): Promise<FolderList | undefined> {
	try {
		return path === undefined ? undefined : await folders.list(path);
	} catch (cause) {
		if (!(cause instanceof Refused)) throw cause;
		return undefined;
	}
}
