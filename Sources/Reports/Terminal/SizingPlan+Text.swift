import Evaluation
import Files
import Foundation
import Prediction
import Workflows

extension SizingPlan {
    /// What would have been saved, in lines.
    public var savedLines: [String] {
        guard savings.memoryRows + savings.coreRows > 0 else {
            return ["No process has executions enough to say what these sizes would have saved."]
        }
        let held = division == .time ? "last 30 %" : "30 % drawn at random"
        var lines = ["On the \(held) of each process, with sizes from the other 70 %, tasks would have held:"]
        if savings.memoryRows > 0 {
            lines.append(
                "  \(Self.memory(savings)); \(savings.recordedRequests) of \(savings.memoryRows) requests were recorded, the others are the largest value so far, up to a power of two"
            )
            lines.append(
                "  \(Formatting.fixed(savings.failuresPer100.ours, 2)) instead of \(Formatting.fixed(savings.failuresPer100.request, 2)) attempts of 100 tasks out of memory"
            )
        }
        if savings.coreRows > 0 {
            lines.append("  \(Self.cores(savings))")
            let beyond = savings.coreHoursBeyondRequest
            if beyond > 0.01 * savings.request.coreHours {
                lines.append(
                    "  (\(Formatting.short(beyond)) core·h of these were used beyond what tasks had asked for)")
            }
            let longer = savings.secondsLonger / max(savings.seconds, .leastNormalMagnitude)
            if longer >= 0.001 {
                lines.append("  for tasks that take up to \(Formatting.percent(longer)) longer in the worst case")
            }
        }
        return lines
    }

    /// Gigabyte-hours held instead of those of the requests.
    private static func memory(_ savings: SizingSavings) -> String {
        difference(savings.ours.gigabyteHours, savings.request.gigabyteHours, "GB·h")
    }

    /// Core-hours held instead of those of the requests.
    private static func cores(_ savings: SizingSavings) -> String {
        difference(savings.ours.coreHours, savings.request.coreHours, "core·h")
    }

    private static func difference(_ ours: Double, _ request: Double, _ unit: String) -> String {
        let words = "\(Formatting.short(ours)) \(unit) instead of \(Formatting.short(request)) \(unit)"
        guard request > 0 else { return words }
        let share = 1 - ours / request
        return words + " (\(Formatting.percent(abs(share))) \(share >= 0 ? "less" : "more"))"
    }

    /// Every process once, in the order of its name: where several workflows have it, the larger of each size, and what all
    /// of them would have saved.
    var byProcess: [(process: String, size: ProcessSizing)] {
        var sizes: [String: ProcessSizing] = [:]
        for size in processes {
            guard var known = sizes[size.process] else {
                sizes[size.process] = size
                continue
            }
            known.widen(to: size)
            known.samples += size.samples
            if let more = size.savings { known.savings = (known.savings ?? SizingSavings()).adding(more) }
            sizes[size.process] = known
        }
        return sizes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// What the sizes of a process rest on, and what they would have saved.
    func comments(on size: ProcessSizing) -> [String] {
        var lines = [reason(of: size)]
        if let savings = size.savings {
            let parts = [
                savings.memoryRows > 0 ? Self.memory(savings) : nil, savings.coreRows > 0 ? Self.cores(savings) : nil,
            ].compactMap(\.self)
            if !parts.isEmpty { lines.append("would have held " + parts.joined(separator: ", ")) }
        }
        return lines.map(Self.oneLine)
    }

    /// What the sizes of a process rest on.
    func reason(of size: ProcessSizing) -> String {
        let executions = "\(size.samples) \(size.samples == 1 ? "execution" : "executions")"
        guard let basis = size.memorySizing, let bytes = size.memoryBytes else {
            return "\(executions); memory was not measured"
        }
        return "\(executions); \(Formatting.bytes(bytes)): \(basis.words)"
    }

    /// `text` without what would end a comment.
    static func oneLine(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }

    /// Minutes, rounded up; at least one.
    static func minutes(_ seconds: Double) -> Int { wholeNumber((seconds / 60).rounded(.up)) }

    /// A whole number of at least one that other programs can hold, too.
    static func wholeNumber(_ value: Double) -> Int { Int(min(max(value, 1), 9e15)) }
}
