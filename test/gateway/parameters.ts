import { badParameter, type Refusal } from './errors.ts';

function typeTrouble(name: string, expected: string): Refusal {
  const message = `Invalid type for '${name}': expected ${expected}, but got something else instead.`;
  return badParameter(name, 'invalid_type', message);
}

/** Reads parameters by type. JSON must have the type itself; multipart knows only strings, which must spell it. */
export function createReader(fields: Readonly<Record<string, unknown>>, spelled: boolean) {
  const text = (name: string): string | undefined => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value) && spelled) throw badParameter(name, 'duplicate_parameter', `Duplicate parameter: '${name}'.`);
    if (typeof value !== 'string') throw typeTrouble(name, 'a string');
    return value;
  };
  /** The value behind what multipart spells, judged by `pattern`; JSON's own value as it is. */
  const spelt = (name: string, pattern: RegExp, expected: string): unknown => {
    if (!spelled) return Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined;
    const value = text(name);
    if (value !== undefined && !pattern.test(value)) throw typeTrouble(name, expected);
    return value === undefined ? undefined : JSON.parse(value);
  };
  return {
    text,
    choice<const T extends string>(name: string, values: readonly T[]): T | undefined {
      const value = text(name);
      const found = values.find((one) => one === value);
      if (value !== undefined && found === undefined) {
        const list = values.map((one) => `'${one}'`).join(', ');
        throw badParameter(name, 'invalid_value', `Invalid value: '${value}'. Supported values are: ${list}.`);
      }
      return found;
    },
    whole(name: string, least: number, most: number): number | undefined {
      const value = spelt(name, /^-?(0|[1-9]\d{0,8})$/, 'an integer');
      if (value === undefined) return undefined;
      if (!Number.isInteger(value)) throw typeTrouble(name, 'an integer');
      const number = value as number;
      const tail = `, but got ${number} instead.`;
      if (number < least) {
        const message = `Invalid '${name}': integer below minimum value. Expected a value >= ${least}${tail}`;
        throw badParameter(name, 'integer_below_min_value', message);
      }
      if (number > most) {
        const message = `Invalid '${name}': integer above maximum value. Expected a value <= ${most}${tail}`;
        throw badParameter(name, 'integer_above_max_value', message);
      }
      return number;
    },
    flag(name: string): boolean | undefined {
      const value = spelt(name, /^(true|false)$/, 'a boolean');
      if (value === undefined || typeof value === 'boolean') return value;
      throw typeTrouble(name, 'a boolean');
    },
  };
}
