import { acceptAnswer, Answer, makeAttachKey, type AttachKey } from '#protocol/agreement';
import { bytesOf } from '#protocol/bytes';
import { parsed, type ChannelFrame } from '#protocol/channel-frames';
import { FRAME, frameOf, VIEWER_CHANNEL, type Frame } from '#protocol/frames';
import { BrokenChannel, Opener, Sealer, webAead } from '#protocol/sealing';
import { Refusal } from '#protocol/terminal';
import type { Computer } from './computer';
import { RelayLine, type LineState } from './relay-line';
import type { SocketTarget } from './relay-socket';

/** How a line to a computer stands. */
export type SealedState =
	| Exclude<LineState, { is: 'open' }>
	/** The relay has the line, and the computer has none to it. */
	| { is: 'runner-offline' }
	/** Browser and computer have agreed on keys: what is sent now is read by nobody between them. */
	| { is: 'sealed' }
	/** The computer takes no offer of this browser's. */
	| { is: 'refused'; why: string };

/** What a line to a computer needs. */
export interface SealedLineOptions {
	computer: Computer;
	/** Which terminal; absent where the computer is only asked something. */
	sessionId?: string;
	onState(state: SealedState): void;
	/** What the computer says, in its order. */
	onFrame(frame: ChannelFrame): void | Promise<void>;
}

type Access = Awaited<ReturnType<Computer['access']>>;

/** One attach: its own key, and the grant that names it. */
interface Attach {
	key: AttachKey;
	access: Access;
	/** The computer takes each grant once. */
	isOffered?: boolean;
	/** When it was offered, by `performance.now()`. */
	offeredAt?: number;
	sealer?: Sealer;
	opener?: Opener;
}

/** A line to a computer on which nobody between the two can read: it is agreed on anew whenever it breaks. */
export class SealedLine {
	readonly #options: SealedLineOptions;
	readonly #line: RelayLine;
	readonly #stopAsking: () => void;
	#attach: Attach | undefined;
	/** Frames are taken one after the other, and those of an earlier attach not at all. */
	#taking: Promise<unknown> = Promise.resolve();
	#isAsking = false;
	#attempts = 0;
	/** How long the computer took to answer the last offer: a way there and back, and a little work. */
	answerMs = 0;

	constructor(options: SealedLineOptions) {
		this.#options = options;
		this.#line = new RelayLine({
			access: () => this.#target(),
			onState: (state) => this.#stands(state),
			onFrame: (frame) => this.#hear(frame)
		});
		this.#stopAsking = options.computer.key.onAccepted(() => this.#isAsking && this.retry());
	}

	/** Connects now, whatever it is doing. */
	retry(): void {
		this.#forget();
		this.#line.retry();
	}

	/** What was agreed on is of no use any more. */
	again(): void {
		this.#forget();
		this.#line.again();
	}

	/** Lets go of the line; nothing ends by it on the computer, and `retry` begins anew. */
	close(): void {
		this.#forget();
		this.#line.close();
	}

	/** Ends it for good. */
	dispose(): void {
		this.close();
		this.#stopAsking();
	}

	/** Seals and sends; the order of calls is the order of frames. Without keys it goes nowhere. */
	send(frame: ChannelFrame): void {
		const attach = this.#attach;
		if (!attach?.sealer) return;
		Promise.resolve(attach.sealer.seal(VIEWER_CHANNEL, frame)).then(
			(message) => attach === this.#attach && this.#line.send(message),
			(cause: unknown) => this.#broken(attach, cause)
		);
	}

	/** A ticket, with the grant that belongs to it; nothing where the key of the computer is to be looked at first. */
	async #target(): Promise<SocketTarget | undefined> {
		const { computer, sessionId } = this.#options;
		const turn = ++this.#attempts;
		const key = await makeAttachKey();
		const access = await computer.access({ sessionId, browserKey: key.publicKey });
		const isAdmitted = await computer.key.admits(access.runner.publicKey);
		// A later attempt has begun meanwhile: what it attaches with is not to be replaced.
		if (turn !== this.#attempts) return undefined;
		this.#isAsking = !isAdmitted;
		if (!isAdmitted) return undefined;
		this.#attach = { key, access };
		return { relayUrl: access.relayUrl, runnerId: computer.id, ticket: access.ticket };
	}

	#stands(state: LineState): void {
		if (state.is !== 'open') return this.#options.onState(state);
		if (!state.runnerOnline) {
			// What was agreed on is over with the computer's own line. When it comes back it wants a new grant.
			this.#forget();
			return this.#options.onState({ is: 'runner-offline' });
		}
		if (this.#attach && !this.#attach.isOffered) return this.#offer(this.#attach);
		// It has come anew, and knows nothing of what was offered before.
		this.retry();
	}

	#offer(attach: Attach): void {
		attach.isOffered = true;
		attach.offeredAt = performance.now();
		const offer = bytesOf(JSON.stringify({ grant: attach.access.grant }));
		this.#line.send(frameOf(FRAME.OFFER, VIEWER_CHANNEL, offer));
	}

	#hear(frame: Frame): void {
		const attach = this.#attach;
		if (!attach) return;
		this.#taking = this.#taking
			.then(() => (attach === this.#attach ? this.#take(frame, attach) : undefined))
			.catch((cause: unknown) => this.#broken(attach, cause));
	}

	async #take(frame: Frame, attach: Attach): Promise<void> {
		if (attach.opener) {
			const opened = await attach.opener.open(frame);
			if (attach === this.#attach) await this.#options.onFrame(opened);
			return;
		}
		if (frame.type === FRAME.ANSWER) return this.#agree(frame, attach);
		if (frame.type !== FRAME.REFUSAL) throw new BrokenChannel('That is no answer.');
		const why = parsed(Refusal, frame.body)?.reason ?? '';
		this.close();
		this.#options.onState({ is: 'refused', why });
	}

	async #agree({ body }: Frame, attach: Attach): Promise<void> {
		const { computer, sessionId } = this.#options;
		const { key, access } = attach;
		const answer = parsed(Answer, body);
		const keys =
			answer &&
			(await acceptAnswer(answer, key, {
				token: access.grant,
				claims: { runnerId: computer.id, sessionId, role: 'writer' },
				runnerPublicKey: access.runner.publicKey
			}));
		if (!keys) throw new BrokenChannel('That answer is not by the computer.');
		const [ours, theirs] = await Promise.all([webAead(keys.fromBrowser), webAead(keys.fromRunner)]);
		if (attach !== this.#attach) return;
		this.answerMs = performance.now() - (attach.offeredAt ?? performance.now());
		attach.sealer = new Sealer(ours);
		attach.opener = new Opener(theirs);
		this.#options.onState({ is: 'sealed' });
	}

	/** A channel that something in between has touched is over, and a new one is agreed on. */
	#broken(attach: Attach, cause: unknown): void {
		if (attach !== this.#attach) return;
		this.again();
		// What is no such fault is a mistake of this program, and told as one.
		if (!(cause instanceof BrokenChannel) && !(cause instanceof DOMException)) throw cause;
	}

	#forget(): void {
		this.#attach = undefined;
	}
}
