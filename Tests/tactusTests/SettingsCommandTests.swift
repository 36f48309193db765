import Files
import Foundation
import ModelFixtures
import Registry
import TestSupport
import Testing

@Test func theServerKeepsToItsSettings() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish(seconds: 10))
        // A port that was free a moment ago.
        let before = try RunningServer(in: folder)
        let port = before.port
        #expect(before.stop() == 0)
        try folder.write(
            """
            server: {host: localhost, port: \(port), state: deep/inside, max_body_bytes: 2000, max_json_depth: 9}
            models: {path: \(models.registry.path)}
            """, to: "tactus.yaml")
        let server = try RunningServer(in: folder, port: nil)
        #expect(server.url == "http://localhost:\(port)")
        #expect(try server.json("/health/ready")["model"]["version"].int() == 1)
        #expect(kind(of: folder("deep/inside/decisions.sqlite")) == .file)
        let long = try folder.write(String(repeating: " ", count: 2001), to: "long")
        #expect(try server.ask("/v1/predict", "@" + long).status == 413)
        let deep = String(repeating: "[", count: 10)
        #expect(try server.json("/v1/predict", deep)["error"]["message"].string().contains("nested deeper than 9"))
        #expect(server.stop() == 0)
    }
}

@Test func trainingTakesTheKindAndTheRegistryFromTheSettings() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let header = "task_id\tprocess\tstatus\texit\tcpus\tsubmit\tcomplete\trealtime"
        let rows = (0..<30).map { "\($0)\tp\tCOMPLETED\t0\t1\t\($0 * 9000)\t\($0 * 9000 + 5000)\t\(1000 + $0 % 7)" }
        try folder.write(([header] + rows).joined(separator: "\n"), to: "w.p.trace.txt")
        #expect(try run(program, ["import", "w.p.trace.txt", "--into", "h.h5"], in: folder.path).status == 0)
        func settings(_ kind: String) throws {
            try folder.write(
                "orchestration:\n  resource_prediction:\n    model_type: \(kind)\nmodels: {path: elsewhere}\n",
                to: "tactus.yaml")
        }
        try settings("statistics")
        let trained = try run(program, ["train", "predictor", "--history", "h.h5", "--json"], in: folder.path)
        #expect(
            try JSONValue(parsing: Array(trained.output.utf8))["kind"] == .string("statistics"), "\(trained.errors)")
        let registry = ModelRegistry(path: folder("elsewhere"))
        #expect(try registry.versions(of: CheckedName("predictor")) == [1])
        try settings("magic")
        let refused = try run(program, ["train", "predictor", "--history", "h.h5"], in: folder.path)
        #expect(refused.status != 0)
        #expect(
            refused.errors.contains(
                "tactus.yaml:3: field orchestration.resource_prediction.model_type: \"magic\" is no kind of predictor"),
            "\(refused.errors)")
    }
}
