/** Zones of many people, one or more for each time of the day. */
const USUAL = [
  ...["UTC", "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver"],
  ...["America/Phoenix", "America/Chicago", "America/Mexico_City", "America/New_York", "America/Bogota"],
  ...["America/Halifax", "America/Santiago", "America/Sao_Paulo", "America/Argentina/Buenos_Aires"],
  ...["Europe/London", "Africa/Lagos", "Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Warsaw"],
  ...["Africa/Cairo", "Africa/Johannesburg", "Europe/Athens", "Europe/Kyiv", "Europe/Istanbul"],
  ...["Africa/Nairobi", "Asia/Tehran", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka"],
  ...["Asia/Bangkok", "Asia/Jakarta", "Asia/Shanghai", "Asia/Singapore", "Australia/Perth", "Asia/Tokyo"],
  ...["Asia/Seoul", "Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney", "Pacific/Auckland"],
];

/** What a field with the list `zones` offers: the usual zones; a browser puts all that it knows there (assets/schedule-form.js). */
export const Zones = () => (
  <datalist id="zones">
    {USUAL.map((zone) => (
      <option value={zone} />
    ))}
  </datalist>
);
