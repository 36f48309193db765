import ArgumentParser
import Files
import Foundation

/// How a command answers.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON document instead of text.")
    var json = false
}

/// Everything random follows from this.
struct SeedOptions: ParsableArguments {
    @Option(help: "Seed of everything random.")
    var seed: UInt64 = 1
}

/// Prints `value` as one JSON document.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// Answers with `text`, in which what would upset a terminal is escaped.
func say(_ text: String) {
    print(text.printable)
}

/// Says something beside the answer; what would upset a terminal is escaped.
func note(_ text: String) {
    StandardError.write(text.printable + "\n")
}

/// `text` for one thing, else the plural.
func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? singular : plural ?? singular + "s")"
}

/// The command that runs, as it was typed.
func commandLine() -> String {
    CommandLine.arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
}
