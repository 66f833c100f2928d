import { expect, test } from "vitest";
import { cronWords } from "../../src/console/schedules/cron-words.ts";

test.each([
  ["15 6 * * MON-FRI", "Mondays to Fridays 06:15"],
  ["15 6 * * 1-5", "Mondays to Fridays 06:15"],
  ["30 1 * * *", "Every day 01:30"],
  ["@daily", "Every day 00:00"],
  ["@hourly", "Every hour"],
  ["@weekly", "Sundays 00:00"],
  ["@monthly", "The 1st of the month 00:00"],
  ["@yearly", "The 1st of the month in January 00:00"],
  ["0 9,15 * * *", "Every day 09:00 and 15:00"],
  ["*/15 * * * *", "Every 15 minutes"],
  ["* * * * *", "Every minute"],
  ["0 */3 * * *", "Every 3 hours"],
  ["45 */6 * * *", "Every 6 hours at 45 past"],
  ["20 * * * SAT,SUN", "Every hour at 20 past, Saturdays and Sundays"],
  ["*/10 8-17 * * MON-FRI", "Every 10 minutes from 08:00 to 17:59, Mondays to Fridays"],
  ["30 8-17 * * *", "Every hour from 08:30 to 17:30"],
  ["0 6 * * 0,7", "Sundays 06:00"],
  ["0 6 * * 0-6", "Every day 06:00"],
  ["0 6 * * MON,WED,FRI", "Mondays, Wednesdays and Fridays 06:00"],
  ["0 6 1,15,22 * *", "The 1st, 15th and 22nd of the month 06:00"],
  ["0 6 11-13 * *", "The 11th, 12th and 13th of the month 06:00"],
  ["0 6 L * *", "The last day of the month 06:00"],
  ["0 6 * * MON#1", "The first Monday of the month 06:00"],
  ["0 6 * * FRI#L", "The last Friday of the month 06:00"],
  ["0 6 13 * FRI", "The 13th of the month, and Fridays 06:00"],
  ["0 6 * JAN,JUL MON", "Mondays in January and July 06:00"],
  ["0 6 * 3-5 *", "Every day in March to May 06:00"],
])("%s reads %s", (cron, words) => {
  expect(cronWords(cron)).toBe(words);
});

test.each([
  "0 6 15W * *",
  "0 6 */2 * *",
  "1,2,3,7,9 * * * *",
  "0 1,5,9,14,20 * * *",
  "0 6 ? * *",
  "every day",
  "",
])("%s has no words, and is shown as it is", (cron) => {
  expect(cronWords(cron)).toBeUndefined();
});
