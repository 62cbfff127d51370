import { parse } from 'csv-parse/sync';

/**
 * The records of a CSV text, as another program reads them: RFC 4180 with CRLF after every record.
 * @throws {Error} for a stray quote, and for a record of another length than the first
 */
export const readCsv = (text: string): string[][] => parse(text, { record_delimiter: '\r\n' });
