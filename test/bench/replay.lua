-- Sends the requests of a file in their order. With "once" a request is never sent twice; else they go round.
-- What was measured is told as one line of JSON on stderr, which wrk leaves alone.
local requests, sent, once = {}, 0, false

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for request in file:read("*a"):gmatch("([^\1]+)\1") do requests[#requests + 1] = request end
  file:close()
  once = args[2] == "once"
end

function request()
  sent = sent + 1
  if sent > #requests then
    -- Known to nobody: the answer will be an error, which the measuring refuses.
    if once then return wrk.format("GET", "/more-requests-than-were-made") end
    sent = 1
  end
  return requests[sent]
end

function done(summary, latency)
  local errors = summary.errors
  io.stderr:write(string.format(
    '{"micros":%d,"requests":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}\n',
    summary.duration, summary.requests, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
