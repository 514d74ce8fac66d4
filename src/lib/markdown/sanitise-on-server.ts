import sanitizeHtml from 'sanitize-html';
import { ALLOWED_ATTRIBUTES, ALLOWED_SCHEMES, ALLOWED_TAGS } from './allowed';

/** Takes everything out of a piece of HTML that is not allowed. It needs no document. */
export const sanitise = (html: string): string =>
	sanitizeHtml(html, {
		allowedTags: ALLOWED_TAGS,
		allowedAttributes: ALLOWED_ATTRIBUTES,
		allowedSchemes: ALLOWED_SCHEMES,
		allowProtocolRelative: false,
		parseStyleAttributes: false
	});
