import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isWithin, localDay, periodOf, periods } from '../../../src/spend/period.ts';

/** Does something in each of these places, whose clocks change at two, at midnight, by half an hour, on different days, or never. */
function everywhere(work: (zone: string) => void): void {
  const before = process.env['TZ'];
  try {
    for (const zone of ['UTC', 'America/New_York', 'Europe/Berlin', 'Africa/Cairo', 'America/Santiago', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Shanghai']) {
      process.env['TZ'] = zone;
      work(zone);
    }
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
}

/** Days counted without any clock: by their number since 1970. */
const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
const anyTime = fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true });

test('the place of the clock can be chosen here', () => {
  const days = new Set<string>();
  everywhere(() => days.add(localDay(new Date('2026-11-26T23:30:00Z'))));
  assert.deepEqual([...days].toSorted(), ['2026-11-26', '2026-11-27']);
});

test('weeks begin on Monday, months have their days, and each period holds its moment', () => {
  everywhere((zone) =>
    fc.assert(
      fc.property(anyTime, (now) => {
        const today = localDay(now);
        for (const period of periods) assert.ok(isWithin(today, periodOf(period, now)), `${zone} ${period}`);
        const [day, week, month] = [periodOf('day', now), periodOf('week', now), periodOf('month', now)];
        assert.ok(day && week && month);
        assert.deepEqual(day, { from: today, to: today });
        // 1970-01-05 was a Monday.
        assert.equal((dayNumber(week.from) - dayNumber('1970-01-05')) % 7, 0);
        assert.equal(dayNumber(week.to) - dayNumber(week.from), 6);
        assert.equal(month.from, `${today.slice(0, 7)}-01`);
        assert.equal(month.to.slice(0, 7), today.slice(0, 7));
        const after = new Date((dayNumber(month.to) + 1) * 86_400_000).toISOString();
        assert.equal(after.slice(8, 10), '01', 'the day after a month is a first');
        assert.equal(periodOf('all', now), undefined);
      }),
      { numRuns: 150 },
    ),
  );
});

test('two moments are in one period exactly if each is in the other one’s', () => {
  everywhere(() =>
    fc.assert(
      fc.property(anyTime, fc.integer({ min: -40 * 86_400_000, max: 40 * 86_400_000 }), fc.constantFrom(...periods), (one, apart, period) => {
        const other = new Date(one.getTime() + apart);
        assert.equal(isWithin(localDay(other), periodOf(period, one)), isWithin(localDay(one), periodOf(period, other)));
      }),
      { numRuns: 150 },
    ),
  );
});

test('days on which the clocks change, and the ends of months', () => {
  const cases: readonly (readonly [zone: string, time: string, day: string, week: string, month: string])[] = [
    // 25 hours long.
    ['America/New_York', '2026-11-01T03:59:59Z', '2026-10-31', '2026-10-26', '2026-10-31'],
    ['America/New_York', '2026-11-01T04:00:00Z', '2026-11-01', '2026-10-26', '2026-11-30'],
    ['America/New_York', '2026-11-02T04:59:59Z', '2026-11-01', '2026-10-26', '2026-11-30'],
    ['America/New_York', '2026-11-02T05:00:00Z', '2026-11-02', '2026-11-02', '2026-11-30'],
    // This day has no midnight.
    ['Africa/Cairo', '2026-04-23T22:00:00Z', '2026-04-24', '2026-04-20', '2026-04-30'],
    ['Africa/Cairo', '2026-04-23T21:59:59Z', '2026-04-23', '2026-04-20', '2026-04-30'],
    // February, of a leap year and of another; the turn of a year.
    ['Asia/Shanghai', '2028-02-28T16:00:00Z', '2028-02-29', '2028-02-28', '2028-02-29'],
    ['Asia/Shanghai', '2027-02-27T16:00:00Z', '2027-02-28', '2027-02-22', '2027-02-28'],
    ['Europe/Berlin', '2026-12-31T23:00:00Z', '2027-01-01', '2026-12-28', '2027-01-31'],
  ];
  const seen = new Set<string>();
  everywhere((zone) => {
    for (const [place, time, day, week, month] of cases) {
      if (place !== zone) continue;
      seen.add(place);
      const now = new Date(time);
      assert.equal(localDay(now), day, time);
      assert.equal(periodOf('week', now)?.from, week, time);
      assert.equal(periodOf('month', now)?.to, month, time);
    }
  });
  assert.equal(seen.size, 4);
});
