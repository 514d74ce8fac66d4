/** What a page looks like from afar. */
export interface PageShape {
	is: 'board' | 'idea' | 'search' | 'trash';
	/** What is being loaded, for those who cannot see it. */
	label: string;
}

const SHAPES: Readonly<Record<string, PageShape>> = {
	'/(app)/ideas': { is: 'board', label: 'Loading your ideas' },
	'/(app)/ideas/[id=uuid]': { is: 'idea', label: 'Loading the idea' },
	'/(app)/search': { is: 'search', label: 'Loading the search' },
	'/(app)/trash': { is: 'trash', label: 'Loading the Trash' }
};

/** The shape of a route; of others there is none, and what was there stays until they come. */
export const shapeOf = (routeId: string): PageShape | undefined => SHAPES[routeId];
