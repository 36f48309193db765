import Evaluation
import Foundation
import Prediction
import Workflows

extension SizingPlan {
    /// Nextflow configuration: one `withName` for each process, for a file that `-c` names or `includeConfig` takes in.
    ///
    /// An attempt that ran out of memory is retried with the double of it, one that ran out of time with the double of
    /// that, and neither with more of the other; `task.previousTrace` holds what the last attempt had (Nextflow 24.10,
    /// process reference). Sizes are whole mebibytes, which Nextflow calls MB, and minutes.
    ///
    /// - Parameter heading: lines that stand on top, as comments.
    public func nextflow(heading: [String]) -> String {
        let (memory, time) = (Self.list(RetryPolicy.outOfMemoryStatuses), Self.list(RetryPolicy.timeoutStatuses))
        var lines = (heading + savedLines).map { "// " + Self.oneLine($0) }
        lines += ["// Needs Nextflow 24.10 or later.", "process {"]
        lines += [
            "    errorStrategy = { task.exitStatus in \(memory) + \(time) ? 'retry' : 'finish' }", "    maxRetries = 3",
        ]
        if let largest = largestMemoryBytes {
            lines.append("    resourceLimits = [ memory: \(Self.mebibytes(largest, .down)).MB ]")
        }
        for (process, size) in byProcess {
            lines += [""] + comments(on: size).map { "    // " + $0 }
            lines.append("    withName: \(Self.selector(process)) {")
            if let cores = size.cores { lines.append("        cpus = \(Self.wholeNumber(cores))") }
            if let bytes = size.memoryBytes {
                lines.append(
                    "        memory = \(Self.growing("\(Self.mebibytes(bytes, .up)).MB", "memory", after: memory))")
            }
            lines.append("        time = \(Self.growing("\(Self.minutes(size.seconds)).min", "time", after: time))")
            lines.append("    }")
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    private static func growing(_ first: String, _ directive: String, after statuses: String) -> String {
        "{ task.attempt == 1 ? \(first) : task.previousTrace.\(directive) * (task.exitStatus in \(statuses) ? 2 : 1) }"
    }

    private static func list(_ statuses: [Int]) -> String {
        "[" + statuses.map(String.init).joined(separator: ", ") + "]"
    }

    private static func mebibytes(_ bytes: Double, _ rounding: FloatingPointRoundingRule) -> Int {
        wholeNumber((bytes / 1_048_576).rounded(rounding))
    }

    /// A selector that matches `process` alone. Nextflow reads selectors as regular expressions that must match the whole
    /// name, and a leading `!` as a negation; in the quotes of Groovy a backslash is written twice.
    static func selector(_ process: String) -> String {
        var text = "'"
        for character in process.unicodeScalars {
            switch character {
            case "\n": text += "\\\\n"
            case "\r": text += "\\\\r"
            case "\t": text += "\\\\t"
            case "'": text += "\\'"
            case "\\": text += "\\\\\\\\"
            case ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "^", "$", "!": text += "\\\\\(character)"
            default: text.unicodeScalars.append(character)
            }
        }
        return text + "'"
    }
}
