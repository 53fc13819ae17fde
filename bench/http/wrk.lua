-- Requests "/", or one of a number of pages at random. The last line of the output is a report in JSON.
-- Arguments, after those of wrk itself: [pages seed]

function init(arguments)
  local pages = tonumber(arguments[1])
  if pages == nil then return end
  math.randomseed(tonumber(arguments[2]))
  function request()
    return wrk.format("GET", "/" .. math.random(0, pages - 1))
  end
end

function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format('{"requests":%d,"microseconds":%d,"failed":%d}', summary.requests, summary.duration, failed))
end
