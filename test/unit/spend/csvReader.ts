/**
 * Reads CSV as RFC 4180 has it and not one character more leniently: records end with CRLF, a quote stands only around a whole field or
 * doubled in one, and every record has as many fields as the first.
 * @throws {SyntaxError} for anything else
 */
export function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let at = 0;
  const fail = (why: string): never => {
    throw new SyntaxError(`${why} at ${at}`);
  };
  const field = (): string => {
    if (text[at] !== '"') {
      const [plain = ''] = /^[^",\r\n]*/.exec(text.slice(at)) ?? [];
      at += plain.length;
      if (text[at] === '"') fail('a quote in a field without quotes');
      return plain;
    }
    let value = '';
    for (at += 1; ; at += 1) {
      if (at >= text.length) fail('a quote that is not closed');
      if (text[at] !== '"') value += text[at];
      else if (text[at + 1] === '"') {
        value += '"';
        at += 1;
      } else break;
    }
    at += 1;
    return value;
  };
  while (at < text.length) {
    const record = [field()];
    while (text[at] === ',') {
      at += 1;
      record.push(field());
    }
    if (text.slice(at, at + 2) !== '\r\n') fail('no CRLF after a record');
    at += 2;
    if (records[0] && records[0].length !== record.length) fail('a record of another length');
    records.push(record);
  }
  return records;
}
