-- One question for the peer's network: 13 steps of 16 figures, the shape of what the embedded predictor reads for one task.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
math.randomseed(1)
local figures = {}
for place = 1, 13 * 16 do figures[place] = string.format("%.4f", math.random()) end
wrk.body = '{"inputs": [{"name": "sequences", "shape": [1, 13, 16], "datatype": "FP32", "data": ['
    .. table.concat(figures, ",") .. ']}]}'
