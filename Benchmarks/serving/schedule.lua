-- The question in the file BODY at a pace: each connection waits a random time between an answer and its next question, PAUSE
-- milliseconds on average.
local pause = tonumber(os.getenv("PAUSE"))
wrk.method = "POST"
local file = assert(io.open(os.getenv("BODY")))
wrk.body = file:read("*a")
file:close()
function setup(thread) math.randomseed(1) end
function delay() return math.random(0, 2 * pause) end
