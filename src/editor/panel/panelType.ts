/** The type of the panel's tab, by which VS Code brings it back after a reload. */
export const panelType = 'easel.panel';
