/** Mails that nobody has to get. Each is a switch of the same name among a person's notices. */
export const TOPICS = {
	news: 'News about Coda'
} as const;

/** The name of a topic. */
export type Topic = keyof typeof TOPICS;

/** Whether there is a topic of this name. */
export const isTopic = (name: string): name is Topic => Object.hasOwn(TOPICS, name);
