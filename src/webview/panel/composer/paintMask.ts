/// <reference lib="dom" />
import { usePanel } from '../usePanel.ts';

/** Opens the mask painter on a reference, with the mask that there is. */
export function usePaintMask(): (reference: string) => void {
  const { connection, hear, show } = usePanel();
  return (reference) => {
    const paint = async (): Promise<void> => {
      const begun = await hear(connection.ask('mask.begin', { reference }));
      if (!begun) return;
      const { mask, ...rest } = begun;
      show({ kind: 'mask', ...rest, ...(mask !== undefined && { mask }) });
    };
    void paint();
  };
}
