-- Tasks of the embedded history of which no two are equal, at a pace: each connection waits a random time between an answer
-- and its next question, PAUSE milliseconds on average.
local pause = tonumber(os.getenv("PAUSE"))
local asked = 0
math.randomseed(1)
function delay() return math.random(0, 2 * pause) end
function request()
    asked = asked + 1
    return wrk.format("POST", "/v1/predict", nil,
        '{"task": {"workflow": "corpus", "process": "sort", "inputBytes": ' .. 4000000 + asked .. ', "cores": 1}}')
end
