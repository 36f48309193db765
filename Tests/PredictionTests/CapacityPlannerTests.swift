import Files
import Foundation
import Testing
import Workflows

@testable import Prediction

private func cluster(_ cores: [Double], memory: Double? = nil, startup: Double = 0) -> Cluster {
    Cluster(
        nodes: cores.enumerated().map {
            .init(name: "n\($0)", cores: $1, memoryBytes: memory, startupSeconds: startup)
        })
}

/// The demand is 10 to 90 at the levels.
private let forecast = CapacityForecast(at: 1000, quantiles: [10, 20, 30, 40, 50, 60, 70, 80, 90])

@Test func theRiskIsOneMinusTheDistribution() {
    for (level, quantile) in zip(ForecastLevels.all, forecast.quantiles) {
        #expect(abs(forecast.probability(above: quantile) - (1 - level)) < 1e-12)
    }
    #expect(abs(forecast.probability(above: 45) - 0.375) < 1e-12)
    // Beyond the last quantile: 0.01 exp(-10 · (0.015 / 10) / 0.01) = 0.01 exp(-1.5).
    #expect(abs(forecast.probability(above: 100) - 0.01 * exp(-1.5)) < 1e-12)
    #expect(abs(forecast.probability(above: 0) - (1 - 0.05 * exp(-1))) < 1e-12)
    var before = 1.0
    for level in stride(from: -50.0, through: 300, by: 0.5) {
        let risk = forecast.probability(above: level)
        #expect(risk <= before && risk >= 0)
        before = risk
    }
    let certain = CapacityForecast(at: 0, quantiles: [Double](repeating: 5, count: 9))
    #expect(certain.probability(above: 4.9) == 1 && certain.probability(above: 5.1) == 0)
}

@Test func nodesAreCountedUntilTheRiskIsTaken() throws {
    // 0.95 of the demand is up to 70 cores: 7 nodes of 10, and 8 where a tenth stays free.
    let plain = try CapacityPlanner(cluster([10]), unit: .cores, headroom: 0, risk: 0.05)
    let need = try plain.need(forecast)
    #expect(need.needed == 7 && abs(need.riskOfShortage - 0.05) < 1e-12 && need.at == 1000 && need.requestBy == 1000)
    #expect(abs(need.riskWithPresentNodes - 0.95) < 1e-12)
    // What is kept free is not there for a demand, in the risk that is stated as in the nodes that are counted.
    let free = try CapacityPlanner(cluster([10]), unit: .cores, headroom: 0.1, risk: 0.05)
    let needWithRoom = try free.need(forecast)
    #expect(needWithRoom.needed == 8)
    #expect(abs(needWithRoom.riskOfShortage - forecast.probability(above: 72)) < 1e-12)
    #expect(needWithRoom.riskOfShortage > 0.04 && needWithRoom.riskOfShortage <= 0.05)
    #expect(abs(needWithRoom.riskWithPresentNodes - forecast.probability(above: 9)) < 1e-12)
    // Nodes in their order, and over again: 4 + 16 + 4 + 16 + 4 + 16 + 4 + 16.
    let mixed = try CapacityPlanner(cluster([4, 16], startup: 90), unit: .cores, headroom: 0, risk: 0.05)
    #expect(mixed.capacity(ofNodes: 3) == 24)
    #expect(try mixed.need(forecast).needed == 8 && mixed.need(forecast).requestBy == 910)
    // Less risk, more nodes.
    var before = 0
    for risk in [0.5, 0.2, 0.05, 0.01, 0.001, 1e-6] {
        let count = try CapacityPlanner(cluster([3]), unit: .cores, headroom: 0, risk: risk).need(forecast).needed
        #expect(count > before)
        before = count
        let planner = try CapacityPlanner(cluster([3]), unit: .cores, headroom: 0, risk: risk)
        #expect(forecast.probability(above: planner.capacity(ofNodes: count)) <= risk + 1e-12)
        #expect(forecast.probability(above: planner.capacity(ofNodes: count - 1)) > risk)
    }
}

@Test func theCapacityIsThatOfNodesInTheirOrder() throws {
    for cores in [[10.0], [4, 16], [1, 2, 8, 0.5, 3]] {
        let planner = try CapacityPlanner(cluster(cores), unit: .cores)
        var total = 0.0
        for count in 0...40 {
            #expect(abs(planner.capacity(ofNodes: count) - total) < 1e-9, "\(count) of \(cores)")
            total += cores[count % cores.count]
        }
    }
}

@Test func unitsSayWhatADemandIs() throws {
    // 70 percent of 20 cores are 14: two nodes of 10, or one and a half.
    let percent = try CapacityPlanner(cluster([10, 10]), unit: .percent, headroom: 0, risk: 0.05)
    #expect(try percent.need(forecast).needed == 2)
    let share = CapacityForecast(at: 0, quantiles: forecast.quantiles.map { $0 / 100 })
    #expect(try CapacityPlanner(cluster([10, 10]), unit: .share, headroom: 0, risk: 0.05).need(share).needed == 2)
    #expect(
        try CapacityPlanner(cluster([1], memory: 35), unit: .bytes, headroom: 0, risk: 0.05).need(forecast).needed == 2)
    let error = #expect(throws: InputError.self) { try CapacityPlanner(cluster([1]), unit: .bytes) }
    #expect(error?.field == "cluster" && error?.problem.contains("n0") == true)
    let huge = CapacityForecast(at: 0, quantiles: forecast.quantiles.map { $0 * 1e9 })
    #expect(throws: InputError.self) { try CapacityPlanner(cluster([1]), unit: .cores).need(huge) }
}

@Test func aPlanReachesToItsHorizon() throws {
    let series = MetricSeries(name: "s", intervalSeconds: 900, values: wave(300, period: 96, noise: 1, seed: 1))
    let forecaster = NaiveForecaster(isSeasonal: false)
    let plan = try CapacityPlan(
        series, horizonSeconds: 3600, by: forecaster, planner: CapacityPlanner(cluster([4]), unit: .cores))
    #expect(plan.forecasts.map(\.at) == [300, 301, 302, 303].map { $0 * 900 } && plan.nodes.count == 4)
    #expect(plan.forecasts.allSatisfy { $0.p05 >= 0 } && plan.confidence > 0 && plan.confidence < 1)
    #expect(try CapacityPlan(series, horizonSeconds: 86_400, by: forecaster).forecasts.count == 96)
    for horizon in [0.0, 899, 86_401, 1e300, .nan] {
        let error = #expect(throws: InputError.self) {
            try CapacityPlan(series, horizonSeconds: horizon, by: forecaster)
        }
        #expect(error?.field == "horizonSeconds", "\(horizon)")
    }
    let dense = MetricSeries(name: "s", intervalSeconds: 1, values: [1, 2, 3])
    #expect(throws: InputError.self) { try CapacityPlan(dense, horizonSeconds: 3600, by: forecaster) }
}
