import type { ChannelFrame } from '#protocol/channel-frames';
import { FRAME } from '#protocol/frames';
import type {
	FolderList,
	GoneSession,
	Request,
	Response,
	SessionItem,
	SilentSession
} from '#protocol/terminal';
import type { Computer } from './computer';
import { SealedLine, type SealedState } from './sealed-line';
import { standingOf, type Standing } from './standing';

/** How often the list is asked for while somebody looks. */
const LOOK_MS = 5_000;

type Without<Asked, Key extends string> = Asked extends unknown ? Omit<Asked, Key> : never;
type Answered = Extract<Response, { ok: true }>;

/** What a computer refused, in its words. */
export class ComputerRefused extends Error {
	constructor(reason: string) {
		super(reason);
		this.name = 'ComputerRefused';
	}
}

/** The terminals that run on a computer, asked of the computer itself. */
export class RunningTerminals {
	/** Absent until the computer has answered. */
	items = $state.raw<SessionItem[]>();
	/** Those that ended without anybody having ended them, the latest first. */
	gone = $state.raw<GoneSession[]>([]);
	/** Those that tmux has kept and does not answer for. */
	silent = $state.raw<SilentSession[]>([]);
	/** How many there are besides, which were too many for one answer. */
	unlisted = $state.raw({ sessions: 0, gone: 0 });
	/** How the line stands; nothing while it is fine. */
	standing = $state.raw<Standing | undefined>({ is: 'connecting' });
	readonly #line: SealedLine;
	readonly #asked = new Map<
		number,
		{ resolve(answer: Answered): void; reject(why: Error): void }
	>();
	#lastId = 0;
	#looks: ReturnType<typeof setInterval> | undefined;

	constructor(computer: Computer) {
		this.#line = new SealedLine({
			computer,
			onState: (state) => this.#stands(state),
			onFrame: (frame) => this.#take(frame)
		});
	}

	/** Connects now. */
	retry(): void {
		this.#line.retry();
	}

	/** Another name for one of them. @throws ComputerRefused */
	async rename(sessionId: string, title: string): Promise<void> {
		await this.#ask({ ask: 'sessions.rename', sessionId, title });
		await this.look();
	}

	/** Ends the program of one of them. @throws ComputerRefused */
	async end(sessionId: string): Promise<void> {
		await this.#ask({ ask: 'sessions.end', sessionId });
		this.items = this.items?.filter((item) => item.sessionId !== sessionId);
		this.silent = this.silent.map((one) =>
			one.sessionId === sessionId ? { ...one, isEnding: true } : one
		);
	}

	/**
	 * The folders in a folder of the computer; without a path in the one that it remembers for an idea, or else those
	 * that it allows. @throws ComputerRefused
	 */
	async folders(of: { path?: string; ideaId?: string }): Promise<FolderList> {
		const { folders } = await this.#ask({ ask: 'folders.list', ...of });
		return folders ?? { folders: [], more: false };
	}

	/** Asks for the list anew. */
	async look(): Promise<void> {
		try {
			const answer = await this.#ask({ ask: 'sessions.list' });
			const { sessions = [], silent = [], gone = [] } = answer;
			this.items = sessions;
			this.silent = silent;
			this.gone = gone;
			this.unlisted = answer.unlisted ?? { sessions: 0, gone: 0 };
		} catch (cause) {
			// The line is gone, which `standing` says, and the next one begins with this question.
			if (!(cause instanceof ComputerRefused)) throw cause;
		}
	}

	/** Lets go of the line until `retry`. */
	pause(): void {
		this.#letGo();
		this.#line.close();
	}

	dispose(): void {
		this.#letGo();
		this.#line.dispose();
	}

	#ask(asked: Without<Request, 'id'>): Promise<Answered> {
		return new Promise((resolve, reject) => {
			if (this.standing) return reject(new ComputerRefused('The computer is not connected.'));
			this.#lastId += 1;
			this.#asked.set(this.#lastId, { resolve, reject });
			this.#line.send({
				type: FRAME.REQUEST,
				request: { ...asked, id: this.#lastId } as Request
			});
		});
	}

	#stands(state: SealedState): void {
		this.#letGo();
		this.standing = standingOf(state);
		if (state.is !== 'sealed') return;
		void this.look();
		this.#looks = setInterval(() => {
			if (document.visibilityState === 'visible') void this.look();
		}, LOOK_MS);
	}

	#take(frame: ChannelFrame): void {
		if (frame.type !== FRAME.RESPONSE) return;
		const { response } = frame;
		const asked = this.#asked.get(response.id);
		this.#asked.delete(response.id);
		if (response.ok) asked?.resolve(response);
		else asked?.reject(new ComputerRefused(response.reason));
	}

	/** Nobody answers any more what was asked on a line that is gone. */
	#letGo(): void {
		clearInterval(this.#looks);
		for (const { reject } of this.#asked.values()) {
			reject(new ComputerRefused('The line to the computer broke. Try again.'));
		}
		this.#asked.clear();
	}
}
