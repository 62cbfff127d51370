import { ThemeIcon, type Uri } from 'vscode';

/** A picture of more bytes would take the list longer to draw than it is worth. */
const mostBytes = 20_000_000;

/** What the workbench can draw; VS Code for the desktop hands it no AVIF. */
const drawn = /\.(?:png|jpe?g|webp|gif|bmp|svg)$/i;

/**
 * What stands before an image file in a list: the picture itself where the workbench can load and draw it, else an icon.
 * @param bytes undefined: not known, or no picture
 */
export const thumbnail = (file: Uri, bytes: number | undefined): Uri | ThemeIcon =>
  file.scheme === 'file' && drawn.test(file.path) && bytes !== undefined && bytes <= mostBytes ? file : new ThemeIcon('file-media');
