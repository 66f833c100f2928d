-- Sends the requests of a file in their order. With "once" a request is never sent twice; else they go round.
-- On stderr, which wrk leaves alone, it tells when the first is sent, when the third argument's number of them
-- are, and last, as JSON, what was measured.
local requests, sent, once, enough = {}, -1, false, 0

local function tell(line)
  io.stderr:write(line, "\n")
  io.stderr:flush()
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for request in file:read("*a"):gmatch("([^\1]+)\1") do requests[#requests + 1] = request end
  file:close()
  once = args[2] == "once"
  enough = tonumber(args[3])
end

local place = 0

function request()
  sent = sent + 1
  -- wrk looks at one request before it sends any.
  if sent == 0 then return requests[1] end
  if sent == 1 then tell("begun") end
  if sent == enough then tell("enough") end
  place = place + 1
  if place > #requests then
    -- No such path: the answer will be an error, which the measuring refuses.
    if once then return wrk.format("GET", "/more-requests-than-were-made") end
    place = 1
  end
  return requests[place]
end

function done(summary, latency)
  local errors = summary.errors
  tell(string.format(
    '{"micros":%d,"requests":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}',
    summary.duration, summary.requests, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
