import Foundation
import Testing

@testable import Prediction

private let rules: [ForecastRule] = [.median, .last]

/// A model of one target for which each rule left `residuals` of executions held out at random.
private func model(_ residuals: [[Double]]) -> TargetModel {
    var heldOut = HeldOutForecasts(rules: rules.count)
    for row in residuals[0].indices { heldOut.append(residuals.map { $0[row] }, capacity: 10_000) }
    let row = TargetRow(submitted: 0, moment: 1, run: nil, value: 1, features: [])
    let members = ForecastMembers(
        sorted: [1], lines: TargetLines([], rules: [], kinds: []), forest: nil, timedForest: nil, center: 0, start: 0)
    return TargetModel([row], rules: rules, members: members, heldOut: [.among: heldOut], choice: nil)
}

private func skill(_ models: [TargetModel]) -> PooledSkill {
    var survey = PooledSkill.Survey()
    var work = FitWork.unlimited
    for model in models { survey.add(model, rules: rules, &work) }
    return PooledSkill(survey)
}

/// ln(measured / forecast) of a forecast that is off by `share` of what was measured.
private func off(_ share: Double) -> Double { -log(1 + share) }

@Test func aSkillIsTheMeanOverTypesOfTheMeanErrors() throws {
    // A common type whose median is off by a tenth, and a rare one by which it is off by a half; twice as much by the last one.
    let common = model([[Double](repeating: off(0.1), count: 400), [Double](repeating: off(0.2), count: 400)])
    let rare = model([[off(0.4), off(0.6)], [off(0.9), off(5)]])
    let found = try #require(skill([common, rare])[.among])
    #expect(found.types == 2)
    // Each type counts alike, and no error for more than 1.
    #expect(abs(found.errors[0] - (0.1 + 0.5) / 2) < 1e-12)
    #expect(abs(found.errors[1] - (0.2 + (0.9 + 1) / 2) / 2) < 1e-12)
    // Of the common type some fifty residuals stand beside the two of the rare one, all of the best rule of each.
    #expect(found.residuals.count == 52)
    #expect(abs(found.residuals.shifts[4] - off(0.1)) < 1e-12 && abs(found.residuals.shifts[0] - off(0.4)) < 1e-12)
    // What was not held out in some way says nothing of it, and one execution says nothing of a type.
    #expect(skill([common])[.newRun] == nil && skill([model([[0.1], [0.2]])])[.among] == nil)
}

@Test func aTypeWithFewExecutionsIsAnsweredByWhatHoldsForTheOthers() throws {
    // On other types the last execution is far better than the median.
    let others = (0..<5).map { _ in
        model([[Double](repeating: off(0.8), count: 30), (0..<30).map { off($0 % 2 == 0 ? 0.05 : -0.05) }])
    }
    let pool = skill(others)
    func answering(_ residuals: [[Double]], among pool: PooledSkill) -> Answering? {
        var own = model(residuals)
        own.choose(.among, from: rules, among: pool)
        return own.answering[.among]
    }
    // Two executions of its own that speak for the median a little are outweighed, two hundred are not.
    let few = [[off(0.2), off(0.2)], [off(0.3), off(0.3)]]
    #expect(answering(few, among: PooledSkill())?.blend == RuleBlend(.median))
    #expect(answering(few, among: pool)?.blend == RuleBlend(.last))
    let many = few.map { [Double](repeating: $0[0], count: 200) }
    #expect(answering(many, among: pool)?.blend == RuleBlend(.median))
    // So with the quantiles: of two executions 10 / 12 is what the others left, of two hundred 10 / 210.
    let prior = try #require(pool[.among]).residuals.shifts
    for (residuals, share, own) in [(few, 10.0 / 12, off(0.3)), (many, 10.0 / 210, off(0.2))] {
        let shifts = try #require(answering(residuals, among: pool)).residuals.shifts
        for level in shifts.indices { #expect(abs(shifts[level] - (share * prior[level] + (1 - share) * own)) < 1e-9) }
    }
    // Where nothing of its own was held out, the others speak alone.
    let none = answering([[], []], among: pool)
    #expect(none?.blend == RuleBlend(.last) && none?.residuals.shifts == prior)
    #expect(answering([[], []], among: PooledSkill()) == nil)
}

@Test func whatMoreTypesSaidStays() {
    let (one, two) = (model([[0.1, 0.1], [0.2, 0.2]]), model([[0.3, 0.3], [0.1, 0.1]]))
    let (narrow, wide) = (skill([one]), skill([one, two]))
    #expect(narrow.filled(from: wide)[.among] == wide[.among])
    #expect(wide.filled(from: narrow)[.among] == wide[.among] && narrow.filled(from: nil)[.among] == narrow[.among])
    // As many types, and newer.
    #expect(skill([two]).filled(from: narrow)[.among] == skill([two])[.among])
    #expect(PooledSkill().filled(from: wide)[.among] == wide[.among])
}
