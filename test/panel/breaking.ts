import type { FrameLocator } from 'playwright-core';
import type { Workbench } from '../ui/workbench.ts';

/** Makes the next thing that the page draws anew impossible to draw. */
export const breakNextDrawing = (frame: FrameLocator, reason: string): Promise<unknown> =>
  frame
    .locator('body')
    .evaluate(`const draw = Document.prototype.createElementNS; Document.prototype.createElementNS = () => { Document.prototype.createElementNS = draw; throw new Error(${JSON.stringify(reason)}); }`);

/** Pages that are loaded from now on cannot read the first answer that they get. */
export const spoilFirstAnswers = async (workbench: Workbench): Promise<void> => {
  await workbench.host.context.addInitScript(`{
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type, heard, ...rest) {
      if (type !== 'message' || typeof heard !== 'function') return add.call(this, type, heard, ...rest);
      return add.call(this, type, (event) => {
        const spoil = event.data?.value?.composer !== undefined && !globalThis.spoilt;
        if (spoil) globalThis.spoilt = true;
        heard(spoil ? new MessageEvent('message', { data: { answer: event.data.answer, value: {} } }) : event);
      }, ...rest);
    };
  }`);
};
