import Kernels
import Prediction
import Testing
import Workflows

@testable import Models

/// What a card, `models show` and a report say of where the network has a say is what its gates say.
@Test func aNetworkSaysInHowManyTypesItHasASay() throws {
    let rows = series(Array(wave.prefix(60))) + series([3, 4, 5, 3, 4, 5], process: "q")
    var predictor = try smallLSTM.trainResidual(on: rows, seed: 1)
    let types = predictor.calibrations.types.keys
    #expect(types.count == 2)
    for type in types {
        for context in QuestionContext.allCases {
            predictor.calibrations.types[type]?[context] = [TargetCalibration](repeating: .closed, count: 3)
        }
    }
    #expect(predictor.networkShares.map(\.types) == [0, 0, 0] && predictor.networkShares.map(\.of) == [2, 2, 2])
    #expect(NetworkShare.words(predictor.networkShares).count == 1)
    #expect(NetworkShare.words(predictor.networkShares)[0].contains("no say in any of 2 task types"))
    // Two gates of one type and target are one type.
    for context in [QuestionContext.next, .among] {
        predictor.calibrations.types["w:p"]?[context][2].gate = ResidualGate(share: 0.5, reach: nil, skill: 0.1)
    }
    #expect(predictor.networkShares.map(\.types) == [0, 0, 1])
    let words = NetworkShare.words(predictor.networkShares)
    #expect(
        words[0].contains("On cpu the network has a say in 0 of 2") && words[2].contains("duration")
            && words[2].contains("1 of 2"))
    let again = try LSTMPredictor(predictor.archive(), architecture: predictor.architecture)
    #expect(again.networkShares == predictor.networkShares)
    #expect(StatisticsPredictor(rules: [.median], executions: rows).networkShares.isEmpty)
    #expect(NetworkShare.words([]).isEmpty)
}
