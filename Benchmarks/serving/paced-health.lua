-- What decides nothing, at a pace: each connection waits a random time between an answer and its next question, PAUSE milliseconds
-- on average.
local pause = tonumber(os.getenv("PAUSE"))
math.randomseed(1)
function delay() return math.random(0, 2 * pause) end
