/// <reference lib="dom" />
import { render } from 'preact';
import { App } from './spend/app.tsx';
import { connectSpend } from './spend/connection.ts';

const root = document.querySelector('#panel');
if (root) render(<App connection={connectSpend()} />, root);
