import Files
import Foundation
import Testing

@testable import Evaluation

/// What is told to a person is in the JSON too, and every part stands in one order, whatever it was asked for in.
@Test func derivedFiguresAreEncoded() throws {
    var report = OptimizerReport(parts: [.orders, .searches, .gains])
    func gain(_ after: Double) -> OptimizerReport.Gain {
        .init(workflow: "w", tasks: 3, faultShare: 0.4, fifo: 10, heft: 9, after: after, offered: 2, recommended: 1)
    }
    (report.planted, report.asTheyAre) = ([gain(6), gain(8), gain(9)], [gain(10)])
    report.searches = [
        .init(name: "greedy", hypervolumes: [1.5, 2], simulations: 7),
        .init(name: "random", hypervolumes: [1, 2], simulations: 7),
    ]
    report.choices = [.init(name: "greedy", hypervolumes: [], simulations: 0)]
    report.orders = [
        .init(name: "all", trials: nil, gains: [0.4, 0.3], simulations: 5),
        .init(name: "few", trials: 4, gains: [0.1, 0.3], simulations: 5),
    ]
    let json = JSONField(try JSONValue(parsing: Array(JSONEncoder().encode(report))))
    func numbers(_ list: String, _ path: String...) throws -> [Double?] {
        try json[list].elements().map { element in
            try path.reduce(element) { $0[$1] }.ifPresent { try $0.double() }
        }
    }
    #expect(try json["parts"].elements().map { try $0.string() } == ["gains", "searches", "orders"])
    #expect(try numbers("planted", "gain").map { $0.map { ($0 * 10).rounded() } } == [4, 2, 1])
    #expect(try abs(json["plantedMedianGain"].double() - 0.2) < 1e-12 && json["asTheyAreMedianGain"].double() == 0)
    #expect(try numbers("searches", "meanHypervolume") == [1.75, 1.5])
    #expect(try numbers("searches", "advantage", "value") == [0.25, 0])
    #expect(try numbers("searches", "advantage", "low").allSatisfy { ($0 ?? -1) >= 0 })
    #expect(try !json["choices"].elements()[0]["advantage"].isPresent)
    #expect(try numbers("orders", "trials") == [nil, 4])
    #expect(try numbers("orders", "meanGain").map { $0.map { ($0 * 100).rounded() } } == [35, 20])
    #expect(try numbers("orders", "loss", "value").map { $0.map { ($0 * 100).rounded() } } == [0, 15])
}
