// A gallery as one would write it first: every picture of the workspace in one page, nothing held back.
import * as vscode from 'vscode';

/** @param {vscode.ExtensionContext} context */
export function activate(context) {
  const open = async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (!folder) return;
    const panel = vscode.window.createWebviewPanel('plainGallery', 'Plain', vscode.ViewColumn.Active, { enableScripts: true, localResourceRoots: [folder.uri] });
    const files = await vscode.workspace.findFiles('**/*.png');
    const tiles = files.map((file) => `<div class="tile"><img src="${panel.webview.asWebviewUri(file).toString()}" alt=""></div>`);
    panel.webview.html = `<!DOCTYPE html>
<html lang="en">
<head>
<style>
  html, body, main { height: 100%; margin: 0; }
  .made { height: 100%; overflow: hidden auto; }
  .grid { display: flex; flex-wrap: wrap; gap: 8px; padding: 12px; }
  .tile { width: 145px; height: 145px; overflow: hidden; border-radius: 6px; }
  img { width: 100%; height: 100%; object-fit: contain; }
</style>
</head>
<body><main><div class="made"><div class="gallery"><div class="grid">${tiles.join('')}</div></div></div></main></body>
</html>`;
  };
  context.subscriptions.push(vscode.commands.registerCommand('plainGallery.open', open));
}
