import { Uri } from 'vscode';
import { extensionOf } from '../images/naming.ts';
import type { Save } from '../jobs/job.ts';
import { saveAsset } from './files.ts';
import type { OrderTools } from './order.ts';

/** Puts pictures where their destination says, or into another folder. */
export const placer =
  (_tools: Pick<OrderTools, 'scratch' | 'originals' | 'pixels' | 'log'>, folder?: Uri): Save =>
  async ({ file, header, bytes }, destination) => {
    const uri = await saveAsset(file, { folder: folder ?? Uri.parse(destination.folder, true), name: destination.name, extension: extensionOf(header.format) });
    return { uri: uri.toString(), header, bytes };
  };
