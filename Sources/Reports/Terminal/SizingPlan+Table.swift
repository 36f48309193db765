import Evaluation
import Files
import Prediction
import Workflows

extension SizingPlan {
    /// A table for a person: what each process uses at the median, what to ask for, and what that would have saved beside the
    /// requests; all of them together in the last row, and in words below it.
    public var table: String {
        var table = TextTable([
            "task type", "CPU", "memory", "duration", "cores to ask for", "memory to ask for", "time limit", "samples",
            "GB·h saved", "core·h saved",
        ])
        for size in processes {
            let used = [size.medianCores, size.medianMemoryBytes, size.medianSeconds]
            let asked = [size.cores, size.memoryBytes, size.seconds]
            let values = (used + asked).enumerated().map { place, value in
                value.map { Formatting.value($0, of: ResourceTarget.allCases[place % 3]) } ?? "–"
            }
            table.append([size.taskType] + values + ["\(size.samples)"] + Self.saved(size.savings))
        }
        let samples = processes.reduce(0) { $0 + $1.samples }
        table.append(["all"] + Array(repeating: "", count: 6) + ["\(samples)"] + Self.saved(savings))
        return table.text + "\n\n" + savedLines.joined(separator: "\n")
    }

    /// Hours saved of those that the requests would have held; `–` where nothing was held out that was measured.
    private static func saved(_ savings: SizingSavings?) -> [String] {
        func words(_ rows: Int?, _ saved: Double?, _ request: Double?) -> String {
            guard let rows, rows > 0, let saved, let request else { return "–" }
            return "\(Formatting.short(saved)) of \(Formatting.short(request))"
        }
        return [
            words(savings?.memoryRows, savings?.gigabyteHoursSaved, savings?.request.gigabyteHours),
            words(savings?.coreRows, savings?.coreHoursSaved, savings?.request.coreHours),
        ]
    }

    /// Comma-separated values, a line for each process: in cores, bytes, seconds, gigabyte-hours and core-hours. A cell is empty
    /// where nothing was measured, or nothing could be held out; what is saved in total is the sum of a column.
    public var csv: String {
        var csv = CSV(columns: [
            "taskType", "cpu", "memory", "duration", "coresToAskFor", "memoryToAskFor", "timeLimit", "samples",
            "gigabyteHours", "requestGigabyteHours", "gigabyteHoursSaved", "failures", "requestFailures", "coreHours",
            "requestCoreHours", "coreHoursSaved",
        ])
        for size in processes {
            let numbers = [
                size.medianCores, size.medianMemoryBytes, size.medianSeconds, size.cores, size.memoryBytes,
                size.seconds,
            ]
            let memory = size.savings.flatMap { $0.memoryRows > 0 ? $0 : nil }
            let cores = size.savings.flatMap { $0.coreRows > 0 ? $0 : nil }
            let hours = [
                memory?.ours.gigabyteHours, memory?.request.gigabyteHours, memory?.gigabyteHoursSaved,
                memory.map { Double($0.ours.failures) }, memory.map { Double($0.request.failures) },
                cores?.ours.coreHours, cores?.request.coreHours, cores?.coreHoursSaved,
            ]
            csv.append(
                [size.taskType] + numbers.map(CSV.number) + ["\(size.samples)"] + hours.map(CSV.number))
        }
        return csv.text
    }
}
