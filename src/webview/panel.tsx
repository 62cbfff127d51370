/// <reference lib="dom" />
import { render } from 'preact';
import { App } from './panel/app.tsx';
import { connectPanel } from './panel/connection.ts';

const root = document.querySelector('#panel');
if (root) render(<App connection={connectPanel()} />, root);
