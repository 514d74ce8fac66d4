import { fingerprintWords } from '#protocol/fingerprint';
import { pinKey, pinnedKey, type Pinned } from './pinned-keys';

/** What a person is asked before a key is used. */
export interface KeyQuestion {
	publicKey: string;
	/** Six words; the computer shows the same ones. */
	words: string[];
	/** The words of the key that this browser knew before. */
	knownWords?: string[];
}

/** The key of one computer: what this browser knows of it, and what it asks before it believes another. */
export class ComputerKey {
	/** Is to be answered before anything is sent. */
	question = $state.raw<KeyQuestion>();
	/** The words of the key in use. */
	words = $state.raw<string[]>([]);
	/** The key in use: said to be right in this page, whether or not the browser keeps it. */
	#trusted: string | undefined;
	readonly #of: Pinned;
	readonly #onAccepted = new Set<() => void>();

	constructor(of: Pinned) {
		this.#of = of;
		this.#trusted = pinnedKey(of);
	}

	/** Whether a key may be used. If not, the question stands, and `onAccepted` tells when it is answered. */
	async admits(publicKey: string): Promise<boolean> {
		const words = await fingerprintWords(publicKey);
		if (publicKey === this.#trusted) {
			this.words = words;
			return true;
		}
		const knownWords = this.#trusted ? await fingerprintWords(this.#trusted) : undefined;
		this.question = { publicKey, words, knownWords };
		return false;
	}

	/** The person has compared the words: this key is the computer's. */
	accept({ publicKey, words }: KeyQuestion): void {
		this.#trusted = publicKey;
		this.words = words;
		this.question = undefined;
		pinKey(this.#of, publicKey);
		for (const tell of this.#onAccepted) tell();
	}

	/** Hears that a key was accepted. @returns stops that */
	onAccepted(tell: () => void): () => void {
		this.#onAccepted.add(tell);
		return () => void this.#onAccepted.delete(tell);
	}
}
