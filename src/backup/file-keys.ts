/** What the key of a run's file is like. */
const KEY =
  /^projects\/[1-9]\d{0,14}\/jobs\/[1-9]\d{0,14}\/attempts\/[1-9]\d{0,14}\/(reports|log|artifacts)\/./s;
const MAX_CHARACTERS = 1000;

export const KEY_FORM =
  "must be the key of a run's file, such as projects/10/jobs/1/attempts/1/artifacts/login.png";

export const isFileKey = (key: string): boolean =>
  key.length <= MAX_CHARACTERS && key.isWellFormed() && KEY.test(key);
