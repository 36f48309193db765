import Workflows

extension Calibrations {
    /// Learns scales from what bases left, and corrections from that as long as no gate is open.
    init(_ samples: [ResidualSample], _ blind: BlindForecasts) {
        self.init()
        var memory = StepMemory()
        var steps: [String: [Step]] = [:]
        for (sample, base) in zip(samples, blind.inFolds) {
            if let base { steps[sample.type, default: []].append(sample.step(base, memory: &memory)) }
        }
        all.scale = TypeScale(steps.sorted { $0.key < $1.key }.flatMap(\.value))
        for (type, own) in steps {
            let scale = own.count >= 5 ? TypeScale(own) : all.scale
            types[type] = TypeCalibration(
                group: GroupCalibration(scale: scale, known: .none, fresh: .none),
                gates: [ResidualGate](repeating: .closed, count: 3))
        }
        correct(samples, blind, near: [], beyond: [])
    }

    /// Sets the gates by what the network said of held-out executions, `near` and `beyond` what is known, and the
    /// corrections by what is then left.
    mutating func judge(
        _ samples: [ResidualSample], _ blind: BlindForecasts, near: [JudgedForecast], beyond: [JudgedForecast]
    ) {
        let nearByType = Dictionary(grouping: near) { samples[$0.place].type }
        let beyondByType = Dictionary(grouping: beyond) { samples[$0.place].type }
        // Types with too few executions to be judged alone are judged together.
        let isRare = types.mapValues { _ in false }.merging(
            types.keys.map { ($0, (nearByType[$0]?.count ?? 0) < ResidualGate.enough) }, uniquingKeysWith: { $1 })
        func ofRare(_ judged: [JudgedForecast]) -> [JudgedForecast] {
            judged.filter { isRare[samples[$0.place].type] ?? false }
        }
        let rare = (0..<3).map { ResidualGate($0, near: ofRare(near), beyond: ofRare(beyond)) }
        for type in types.keys {
            // A type that the network was never judged on is left to the base.
            let own = nearByType[type] ?? []
            types[type]?.gates = (0..<3).map { target in
                if own.isEmpty { return .closed }
                if isRare[type] ?? true { return rare[target] }
                return ResidualGate(target, near: own, beyond: beyondByType[type] ?? [])
            }
        }
        correct(samples, blind, near: near, beyond: beyond)
    }

    /// Corrections of all groups, from the widest to the narrowest.
    private mutating func correct(
        _ samples: [ResidualSample], _ blind: BlindForecasts, near: [JudgedForecast], beyond: [JudgedForecast]
    ) {
        let known = scores(samples, blind.inFolds, judged: near)
        let fresh = scores(samples, blind.inOtherRuns, judged: beyond)
        func group(_ places: [Int], scale: TypeScale, within wider: GroupCalibration) -> GroupCalibration {
            let ofKnown = ConformalCorrection(places.compactMap { known[$0] }, within: wider.known)
            return GroupCalibration(
                scale: scale, known: ofKnown,
                fresh: fresh.isEmpty
                    ? ofKnown : ConformalCorrection(places.compactMap { fresh[$0] }, within: wider.fresh))
        }
        func places(by key: (TaskSpec) -> String?) -> [String: [Int]] {
            var found: [String: [Int]] = [:]
            for (place, sample) in samples.enumerated() {
                if let key = key(sample.task) { found[key, default: []].append(place) }
            }
            return found
        }
        let none = GroupCalibration(scale: all.scale, known: .none, fresh: .none)
        all = group(Array(samples.indices), scale: all.scale, within: none)
        let widest = all
        let (ofWorkflows, ofProcesses) = (places(by: \.workflow), places(by: \.process))
        workflows = ofWorkflows.mapValues { group($0, scale: widest.scale, within: widest) }
        processes = ofProcesses.mapValues { group($0, scale: widest.scale, within: widest) }
        // A group that holds one type says nothing about it that it does not say itself.
        func isWider(_ places: [Int]?) -> Bool {
            guard let places, let first = places.first else { return false }
            return places.contains { samples[$0].type != samples[first].type }
        }
        for (type, own) in places(by: \.taskType) {
            guard let scale = types[type]?.group.scale else { continue }
            let task = samples[own[0]].task
            let wider: GroupCalibration? =
                if isWider(ofProcesses[task.process]) {
                    processes[task.process]
                } else if let workflow = task.workflow, isWider(ofWorkflows[workflow]) {
                    workflows[workflow]
                } else {
                    nil
                }
            types[type]?.group = group(own, scale: scale, within: wider ?? widest)
        }
    }

    /// What each held-out execution left at each level, over its type's spread; nil for those that were not held out.
    ///
    /// Where the network has a say only those that it had not seen count.
    private func scores(
        _ samples: [ResidualSample], _ forecasts: [BaseForecast?], judged: [JudgedForecast]
    ) -> [Int: [Double]] {
        let judgedAt = Dictionary(judged.map { ($0.place, $0) }, uniquingKeysWith: { first, _ in first })
        var found: [Int: [Double]] = [:]
        for (place, base) in forecasts.enumerated() {
            let sample = samples[place]
            guard let base, let type = types[sample.type] else { continue }
            var scores = [Double](repeating: .nan, count: 3 * BaseForecast.levels)
            for target in 0..<3 {
                let gate = type.gates[target]
                let judged = judgedAt[place]
                if gate.share > 0, judged == nil { continue }
                for level in 0..<BaseForecast.levels {
                    let forecast = judged?.blended(target, level, share: gate.share) ?? base.at(target, level)
                    scores[target * BaseForecast.levels + level] =
                        (sample.actual[target] - forecast) / type.group.scale.residual[target]
                }
            }
            found[place] = scores
        }
        return found
    }
}
