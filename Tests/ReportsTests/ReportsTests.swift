import Foundation
import FoundationXML
import Kernels
import TestSupport
import Testing

@testable import Reports

@Test(arguments: 1...30)
func ticksLieWithinAndRise(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let values = (0..<5).map { _ in (generator.uniformDouble() - 0.3) * [1e-9, 1, 1e12][Int(generator.next() % 3)] }
    for isLogarithmic in [false, true] {
        let scale = Scale(values + [.nan, .infinity], to: (0, 100), isLogarithmic: isLogarithmic)
        let ticks = scale.ticks()
        #expect(ticks.count >= 1 && ticks.count <= 20)
        #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0 < $1 })
        #expect(ticks.allSatisfy { (-0.01...100.01).contains(scale($0)) })
    }
    #expect(Scale([Double](), to: (0, 1)).ticks().count > 1)
    #expect(Scale([7, 7], to: (0, 1)).ticks().count > 1)
}

@Test(arguments: [
    (0.0, "0 ms"), (0.0123, "12.3 ms"), (1.5, "1.50 s"), (119, "119 s"), (600, "10.0 min"), (86400, "24.0 h"),
    (-90, "-90.0 s"),
])
func timesAreForPeople(seconds: Double, text: String) { #expect(Formatting.seconds(seconds) == text) }

@Test(arguments: [(512.0, "512 B"), (1.5e9, "1.50 GB"), (2e13, "20.0 TB"), (999_999, "1000 kB")])
func bytesAreForPeople(bytes: Double, text: String) { #expect(Formatting.bytes(bytes) == text) }

@Test func aTableIsAligned() {
    var table = TextTable(["name", "value"])
    table.append(["größe", "1.5"])
    table.append(["a", "12345.0"])
    #expect(table.text == "name     value\n─────  ───────\ngröße      1.5\na      12345.0")
}

@Test func curvesStandOnTheirOwn() throws {
    let plot = CurvePlot(
        [.init("training <loss>", [4, 3, Double.nan, 2, 1.5] as [Double]), .init("validation", [3, 2] as [Float])],
        x: "epoch", y: "loss")
    let svg = plot.svg
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    // The gap leaves two pieces of the first curve.
    #expect(svg.matches(of: /class="series series0"/).count == 2)
    #expect(svg.matches(of: /class="series series1" points="64.0,[0-9.]+ 148.0,[0-9.]+"/).count == 1)
    #expect(svg.contains("training &lt;loss&gt;") && svg.contains("<style>") && svg.contains("--third"))
    for empty in [[], [CurvePlot.Curve("none", [Double]())], [CurvePlot.Curve("one", [1.0])]] {
        #expect(XMLParser(data: Data(CurvePlot(empty, x: "x", y: "y").svg.utf8)).parse())
    }
    try TemporaryFolder.with { folder in
        try plot.write(to: folder("loss.svg"))
        #expect(try String(contentsOfFile: folder("loss.svg"), encoding: .utf8) == svg)
    }
}
