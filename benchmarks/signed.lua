-- wrk sends each request of a file once; the file has a length, a line feed, and so many bytes of
-- a whole HTTP request, again and again. Arguments: the file, the number of threads.
local threads = 0

function setup(thread)
  thread:set("mine", threads)
  threads = threads + 1
end

function init(args)
  requests, at = {}, 0
  local file, every, number = io.open(args[1], "rb"), tonumber(args[2]), 0
  while true do
    local length = file:read("*l")
    if not length then break end
    local one = file:read(tonumber(length))
    if number % every == mine then requests[#requests + 1] = one end
    number = number + 1
  end
  file:close()
end

function request()
  at = at + 1
  if at > #requests then at = 1 end
  return requests[at]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
