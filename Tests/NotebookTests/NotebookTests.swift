import Files
import Foundation
import Layers
import NotebookFormat
import TestSupport
import Testing

private let folder = repository + "/notebooks-md"

private let pages =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".md") }.sorted()

@Test func thereIsANotebook() {
    #expect(pages.contains("01-task-durations.md"))
}

@Test func theReadmeShowsCodeOfNotebooks() throws {
    let readme = try readText(of: repository + "/README.md")
    let blocks = readme.components(separatedBy: "```swift\n").dropFirst().compactMap {
        $0.components(separatedBy: "\n```").first
    }
    let notebooks = try pages.map { try readText(of: "\(folder)/\($0)") }
    #expect(!blocks.isEmpty)
    for block in blocks {
        #expect(notebooks.contains { $0.contains(block) }, "\(block)")
    }
}

@Test(arguments: pages)
func printsWhatItShows(page: String) throws {
    let notebook = try Notebook(try readText(of: "\(folder)/\(page)"), name: "notebooks-md/\(page)")
    let program = builtProgram(String(page.dropLast(3)))
    try #require(FileManager.default.fileExists(atPath: program), "Package.swift does not list \(page) in notebooks")
    try TemporaryFolder.with { folder in
        // As if it were run in the folder of the repository.
        try FileManager.default.createSymbolicLink(
            atPath: folder("datasets"), withDestinationPath: repository + "/datasets")
        // Line by line, so that what was printed before a trap is not lost.
        let result = try run(
            "/usr/bin/stdbuf", ["-oL", program], in: folder.path,
            environment: ["SWIFT_BACKTRACE": "enable=yes,color=no"])
        let difference = ShownOutput(notebook.output).difference(to: result.output)
        guard result.status == 0 else {
            let trap = result.errors.firstMatch(of: /\.md:(\d+)/).flatMap { Int($0.1) }
            let line = trap ?? difference?.line ?? 1
            Issue.record(
                "ended with the status \(result.status) before line \(difference?.line ?? line): \(result.errors.prefix(2000))",
                sourceLocation: place(page, line: line))
            return
        }
        if let difference {
            Issue.record(
                "shows \(quoted(difference.shown)), printed \(quoted(difference.printed)); all of it:\n\(result.output)",
                sourceLocation: place(page, line: difference.line))
        }
        try compareFigures(of: page, in: folder)
        try compareModels(of: page, in: folder)
    }
}

private func place(_ page: String, line: Int) -> SourceLocation {
    SourceLocation(fileID: "notebooks-md/\(page)", filePath: "\(folder)/\(page)", line: line, column: 1)
}

private func quoted(_ line: String?) -> String { line.map { "\"\($0)\"" } ?? "nothing" }

/// The figures that the page shows are those that it writes.
private func compareFigures(of page: String, in written: TemporaryFolder) throws {
    let text = try readText(of: "\(folder)/\(page)")
    for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        guard let match = line.firstMatch(of: /\]\(figures\/([^)]+)\)/) else { continue }
        let (name, location) = (String(match.1), NotebookTests.place(page, line: place + 1))
        let shown = try readText(of: "\(folder)/figures/\(name)").split(separator: "\n").enumerated().map {
            (line: $0.offset + 1, text: String($0.element))
        }
        // Tenths of a point.
        let difference = ShownOutput(shown, units: 10).difference(to: try readText(of: written(name)))
        if let difference {
            Issue.record(
                "figures/\(name):\(difference.line) holds \(quoted(difference.shown)), the program wrote \(quoted(difference.printed))",
                sourceLocation: location)
        }
    }
}

/// ONNX Runtime answers as the program did, where it wrote `NAME.onnx` with `NAME.inputs.safetensors` and
/// `NAME.outputs.safetensors`.
private func compareModels(of page: String, in written: TemporaryFolder) throws {
    for model in try contents(ofFolder: written.path) where python != nil && model.hasSuffix(".onnx") {
        let name = model.dropLast(5)
        let (_, answers) = try runONNX(
            written(model), questions: [try readBytes(of: written("\(name).inputs.safetensors"))])
        let (ours, theirs) = (
            try Safetensors.read(from: written("\(name).outputs.safetensors")), try Safetensors.decode(answers[0])
        )
        #expect(ours.entries.map(\.name) == theirs.entries.map(\.name) && !ours.entries.isEmpty)
        for (a, b) in zip(ours.entries, theirs.entries) {
            guard case .float32(let a) = a.elements, case .float32(let b) = b.elements else {
                Issue.record("\(a.name) of \(model) is not of 32-bit numbers")
                continue
            }
            #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($0)) } && a.count == b.count)
        }
    }
}
