/*
 * xterm writes its colours and measures into <style> elements, and the policy of Coda's pages admits none. A style
 * sheet that a script constructs is not inline, so the same rules become such sheets: what is appended within an
 * element is watched, and a <style> is given a sheet instead of a place in the page.
 */

/** Has every <style> that is appended within an element, at whatever depth, work as a constructed style sheet. */
export function constructStylesIn(parent: Node): void {
	parent.appendChild = <Child extends Node>(child: Child): Child => {
		if (child instanceof HTMLStyleElement) return construct(child);
		constructStylesIn(child);
		if (child instanceof Element || child instanceof DocumentFragment) {
			for (const inner of child.querySelectorAll('*')) constructStylesIn(inner);
		}
		return Node.prototype.appendChild.call(parent, child) as Child;
	};
}

/** Gives an element's text to a sheet of its own, for as long as the element is not removed. */
function construct<Style extends HTMLStyleElement>(style: Style): Style {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(style.textContent ?? '');
	document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
	Object.defineProperty(style, 'textContent', {
		set: (rules: string) => sheet.replaceSync(rules)
	});
	style.remove = () => {
		document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
	};
	return style;
}
