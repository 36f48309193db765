import ArgumentParser
import Files
import Foundation
import History
import Kernels
import Models
import Registry

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check that this machine has what Tactus needs, and that registry and plugins are sound.",
        discussion: """
            EXAMPLE
              tactus doctor --models models
            """)

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    struct Check: Encodable {
        var name: String
        var passed: Bool
        var detail: String
    }

    struct Answer: Encodable {
        var checks: [Check]
    }

    func run() throws {
        let (catalog, plugins) = try settings.read().catalogWithFindings()
        var checks = [
            Self.check("matrix products") {
                var product: [Float] = [0, 0, 0, 0]
                product = [Float](multiplying: [1, 2, 3, 4], by: [5, 6, 7, 8])
                guard product == [19, 22, 43, 50] else { throw InputError("OpenBLAS multiplies wrongly: \(product)") }
                return "OpenBLAS for \(BLAS.coreName), one thread"
            },
            Self.check("histories") {
                let path = NSTemporaryDirectory() + "tactus-doctor-\(ProcessInfo.processInfo.processIdentifier).h5"
                defer { try? remove(path) }
                let store = HDF5ExecutionStore(path: path)
                try store.write(HistoryContent())
                guard try store.content() == HistoryContent() else {
                    throw InputError("HDF5 does not give back what was written")
                }
                return "HDF5 writes and reads"
            },
            Self.check("registry") {
                let registry = try settings.registry()
                var count = 0
                for name in try registry.names() {
                    for version in try registry.versions(of: name) {
                        try catalog.check(try registry.load(name, version))
                        count += 1
                    }
                }
                return count == 0
                    ? "\(registry.path) holds no version"
                    : "\(counted(count, "version")) in \(registry.path), whole and self-tested"
            },
        ]
        checks += plugins.map { finding in
            Self.check("plugin \(finding.path)") {
                let found = try finding.result.get()
                return "\(found.kind), \(found.summary)" + (found.trains ? "" : "; it cannot train")
            }
        }
        if output.json {
            try printJSON(Answer(checks: checks))
        } else {
            for check in checks { say("\(check.passed ? "ok    " : "failed")  \(check.name): \(check.detail)") }
        }
        if checks.contains(where: { !$0.passed }) { throw ExitCode.failure }
    }

    private static func check(_ name: String, _ body: () throws -> String) -> Check {
        do {
            return Check(name: name, passed: true, detail: try body())
        } catch {
            return Check(name: name, passed: false, detail: "\(error)")
        }
    }
}

extension [Float] {
    /// The product of two matrices of order 2.
    fileprivate init(multiplying a: [Float], by b: [Float]) {
        var product = [Float](repeating: 0, count: 4)
        var span = product.mutableSpan
        let layout = MatrixLayout(rows: 2, columns: 2)
        BLAS.addProduct(a.span, layout, b.span, layout, into: &span, layout)
        self = product
    }
}
