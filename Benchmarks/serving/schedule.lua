-- The question in the file BODY at a pace, each time of a workflow of another name, which ROUND is a part of, so that nothing that
-- was planned before is of use; with SAME of one and the same. Each connection waits a random time between an answer and its next
-- question, PAUSE milliseconds on average.
local pause, same, round = tonumber(os.getenv("PAUSE")), os.getenv("SAME"), os.getenv("ROUND")
local file = assert(io.open(os.getenv("BODY")))
local before, after = file:read("*a"):match("^(.*)NUMBER(.*)$")
file:close()
math.randomseed(1)
local asked = 0
function delay() return math.random(0, 2 * pause) end
function request()
    asked = asked + 1
    return wrk.format("POST", "/v1/schedule", nil, before .. (same or round .. "-" .. asked) .. after)
end
