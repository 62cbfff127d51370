// A webview panel with nothing to do: what any panel costs in this VS Code.
import * as vscode from 'vscode';

/** @param {vscode.ExtensionContext} context */
export function activate(context) {
  const open = () => {
    const panel = vscode.window.createWebviewPanel('emptyPanel', 'Empty', vscode.ViewColumn.Active, { enableScripts: true });
    panel.webview.html = '<!DOCTYPE html><html lang="en"><body><main><textarea aria-label="Empty">Empty</textarea></main></body></html>';
  };
  context.subscriptions.push(vscode.commands.registerCommand('emptyPanel.open', open));
}
