/** How light a page is: as the system says, or as the person does. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Whether something names a theme. */
export const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value);
