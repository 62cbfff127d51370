import { workspace } from 'vscode';

/** The workspace that a charge is entered for: its file, else its first folder, as a URI; empty where none is open. */
export const workspaceId = (): string => (workspace.workspaceFile ?? workspace.workspaceFolders?.[0]?.uri)?.toString() ?? '';
