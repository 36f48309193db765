import Evaluation
import Files
import Foundation
import Prediction
import Workflows

extension SizingPlan {
    /// A Snakemake profile: a file `config.yaml` in a folder that `--profile` names.
    ///
    /// Snakemake does not say why an attempt failed, so memory and time both double at each. `mem_mb` is in megabytes of
    /// 10⁶ bytes, `runtime` in minutes. Rules that a workflow does not have are passed over by Snakemake.
    ///
    /// - Parameter heading: lines that stand on top, as comments.
    public func snakemake(heading: [String]) -> String {
        var lines = (heading + savedLines).map { "# " + Self.oneLine($0) }
        let sizes = byProcess.filter { Self.isRule($0.process) }
        let others = byProcess.map(\.process).filter { !Self.isRule($0) }
        if !others.isEmpty {
            lines.append("# No rule can have these names: " + Self.oneLine(others.joined(separator: ", ")))
        }
        lines.append("retries: 3")
        if sizes.contains(where: { $0.size.cores != nil }) {
            lines.append("set-threads:")
            for (process, size) in sizes {
                if let cores = size.cores { lines.append("  \(Self.key(process)): \(Self.wholeNumber(cores))") }
            }
        }
        if !sizes.isEmpty { lines.append("set-resources:") }
        for (process, size) in sizes {
            lines += comments(on: size).map { "  # " + $0 } + ["  \(Self.key(process)):"]
            if let bytes = size.memoryBytes {
                let megabytes = "\(Self.wholeNumber((bytes / 1e6).rounded(.up))) * 2 ** (attempt - 1)"
                let limit = largestMemoryBytes.map { Self.wholeNumber(($0 / 1e6).rounded(.down)) }
                lines.append("    mem_mb: \"\(limit.map { "min(\(megabytes), \($0))" } ?? megabytes)\"")
            }
            lines.append("    runtime: \"\(Self.minutes(size.seconds)) * 2 ** (attempt - 1)\"")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Whether `process` can be the name of a rule: an identifier of Python. Snakemake splits what is set at colons and
    /// equals signs, so that other names would be misread.
    private static func isRule(_ process: String) -> Bool {
        guard let first = process.first, first.isLetter || first == "_" else { return false }
        return process.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }

    /// A key in the quotes of JSON, which YAML reads too.
    private static func key(_ rule: String) -> String { JSONValue.string(rule).text() }
}
