import { Refused } from '../../../protocol/channel.ts';
import type { GalleryFilter, GalleryListing, GalleryPicture, GalleryRequest } from '../../../protocol/panel.ts';
import type { Connection } from '../connection.ts';

/** A picture by its request, which stays the same while the listing changes. */
export interface Spot {
  readonly request: string;
  /** Index among the request's pictures. */
  readonly picture: number;
}

/** What the gallery shows now. */
export interface GalleryNow {
  readonly filter: GalleryFilter;
  /** Undefined until the first answer. */
  readonly listing: GalleryListing | undefined;
  /** The filter that the listing is of; an older one while a newer is asked for. */
  readonly listed: GalleryFilter;
  /** Why it could not be listed. */
  readonly fault: string | undefined;
  /** The picture that has the focus, or would have it. */
  readonly active: Spot | undefined;
}

/** A request and one of its pictures. */
export interface Found {
  readonly request: GalleryRequest;
  readonly picture: GalleryPicture;
}

/** What the webview knows of the gallery: the whole listing, and the details of what is looked at. */
export interface Gallery {
  readonly now: () => GalleryNow;
  /** Hears of every change of what {@link Gallery} tells; many changes may be one. */
  readonly onChange: (heard: () => void) => () => void;
  /** Lists anew, with members of the filter changed. */
  readonly list: (filter?: Partial<GalleryFilter>) => void;
  readonly activate: (spot: Spot | undefined) => void;
  /** Undefined: not known yet, see `want`. The same object as long as it says the same. */
  readonly request: (id: string) => GalleryRequest | undefined;
  /** A picture of a request that is known. */
  readonly find: (picture: string) => Found | undefined;
  /** These are looked at now: what is not known of them is fetched, and kept before all else. The last call counts. */
  readonly want: (requests: readonly string[]) => void;
  /** Resolves when the details of all these have been asked for. Never rejects. */
  readonly load: (requests: readonly string[]) => Promise<void>;
}

/** Requests whose details are kept. */
const most = 300;
/** Requests of one question. */
const batch = 40;

export const everything: GalleryFilter = { text: '', folder: '', model: '', since: '' };

/** Whether a filter leaves anything out. */
export const isFiltering = (filter: GalleryFilter): boolean => Object.values(filter).some((value) => value !== '');

export function createGallery(connection: Pick<Connection, 'ask' | 'on'>): Gallery {
  let now: GalleryNow = { filter: everything, listing: undefined, listed: everything, fault: undefined, active: undefined };
  const listeners = new Set<() => void>();
  /** The oldest first. */
  const known = new Map<string, GalleryRequest>();
  const owners = new Map<string, string>();
  /** Known, but perhaps not true any more. */
  const stale = new Set<string>();
  /** Asked for in vain. */
  const absent = new Set<string>();
  /** Thumbnails that came before their picture did. */
  const early = new Map<string, string>();
  /** How often the editor has told that something is another way. */
  let changes = 0;
  let wanted: readonly string[] = [];
  let fetching = false;
  let listing: Promise<void> | undefined;
  let again = false;

  const changed = (next: Partial<GalleryNow> = {}): void => {
    now = { ...now, ...next };
    for (const heard of listeners) heard();
  };

  const list = async (): Promise<void> => {
    do {
      again = false;
      const { filter } = now;
      try {
        const answer = await connection.ask('gallery.list', filter);
        if (filter === now.filter) changed({ listing: answer, listed: filter, fault: undefined });
      } catch (error) {
        if (filter === now.filter) changed({ fault: error instanceof Refused ? error.message : String(error) });
      }
    } while (again);
    listing = undefined;
  };
  const relist = (): void => {
    again = true;
    listing ??= list();
  };

  const forget = (id: string): void => {
    for (const { id: picture } of known.get(id)?.pictures ?? []) owners.delete(picture);
    known.delete(id);
    stale.delete(id);
  };
  const learn = (request: GalleryRequest): void => {
    forget(request.id);
    const pictures = request.pictures.map((picture) => {
      owners.set(picture.id, request.id);
      const thumb = picture.thumb ?? early.get(picture.id);
      early.delete(picture.id);
      return thumb === undefined ? picture : { ...picture, thumb };
    });
    known.set(request.id, { ...request, pictures });
  };
  /** @returns whether there was an answer */
  const fetch = async (ids: readonly string[]): Promise<boolean> => {
    const asked = changes;
    try {
      const { requests } = await connection.ask('gallery.details', { requests: [...ids] });
      for (const request of requests) {
        learn(request);
        // What has changed since may not be in the answer: it is shown until there is a newer one.
        if (changes !== asked) stale.add(request.id);
      }
      if (changes === asked) for (const id of ids) if (!requests.some((request) => request.id === id)) absent.add(id);
    } catch {
      return false;
    }
    const keep = new Set(wanted);
    for (const id of known.keys()) {
      if (known.size <= most) break;
      if (!keep.has(id)) forget(id);
    }
    changed();
    return true;
  };
  const lacks = (id: string): boolean => !absent.has(id) && (!known.has(id) || stale.has(id));
  const fetchWanted = async (): Promise<void> => {
    if (fetching) return;
    fetching = true;
    // Asked again after each answer: whoever scrolls on wants other ones meanwhile.
    for (;;) {
      const lacking = wanted.filter(lacks).slice(0, batch);
      if (lacking.length === 0 || !(await fetch(lacking))) break;
    }
    fetching = false;
  };

  connection.on('gallery.changed', () => {
    changes += 1;
    for (const id of known.keys()) stale.add(id);
    absent.clear();
    void fetchWanted();
    relist();
  });
  connection.on('thumb', ({ of, src }) => {
    const request = known.get(owners.get(of) ?? '');
    if (!request) {
      early.set(of, src);
      // Of references, and of pictures that are long out of sight.
      if (early.size > most) early.delete(early.keys().next().value ?? '');
      return;
    }
    const at = request.pictures.findIndex((picture) => picture.id === of);
    const picture = request.pictures[at];
    if (picture) known.set(request.id, { ...request, pictures: request.pictures.with(at, { ...picture, thumb: src }) });
    changed();
  });

  return {
    now: () => now,
    onChange(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    list(filter = {}) {
      changed({ filter: { ...now.filter, ...filter } });
      relist();
    },
    activate: (active) => changed({ active }),
    request: (id) => known.get(id),
    find(id) {
      const request = known.get(owners.get(id) ?? '');
      const picture = request?.pictures.find((one) => one.id === id);
      return request && picture && { request, picture };
    },
    want(ids) {
      wanted = ids;
      // What is looked at is the last to be forgotten.
      for (const id of ids) {
        const request = known.get(id);
        if (!request) continue;
        known.delete(id);
        known.set(id, request);
      }
      void fetchWanted();
    },
    async load(ids) {
      const lacking = ids.filter(lacks);
      for (let start = 0; start < lacking.length; start += batch) if (!(await fetch(lacking.slice(start, start + batch)))) return;
    },
  };
}
