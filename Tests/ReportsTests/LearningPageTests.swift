import Evaluation
import Foundation
import FoundationXML
import Testing

@testable import Reports

private func page(_ names: [String]) -> LearningPage {
    func curve(_ place: Int, _ seed: Int) -> [Double] {
        let shift = 0.05 * Double(place) - 0.01 * Double(seed)
        return (0...4).map { 0.8 / Double(1 + $0) + shift }
    }
    let variants = names.enumerated().map { place, name in (name: name, curves: (0..<3).map { curve(place, $0) }) }
    let report = LearningReport(
        variants, over: "srpt-path", seeds: [1, 2, 3], epochs: 4,
        episodes: 2,
        validationStreams: 6)
    return LearningPage(report, workload: "<w>.yaml", command: "tactus evaluate learning", moment: 0)
}

@Test func aPageShowsCurvesAndWhatEachPartIsWorth() throws {
    let page = page(["all parts", "without double", "without <n-step>"])
    let html = page.html
    let drawings = html.matches(of: /(?s)<svg.*?<\/svg>/).map { String($0.0) }
    for drawing in drawings { #expect(XMLParser(data: Data(drawing.utf8)).parse()) }
    // One plot of intervals, and one of curves for each part that is left out, with a band for each of its two curves.
    #expect(drawings.count == 3 && html.matches(of: /class="band fill-series[01]"/).count == 4)
    #expect(html.contains("without double: 5.0 points worse without it [5.0, 5.0]."))
    #expect(html.contains("&lt;w&gt;.yaml") && html.contains("3 seeds, 4 epochs of 2 streams each"))
    // An untrained network, and the last quarter of four epochs: 0.8 / 5 - 0.01.
    #expect(page.terminalText.contains("all parts") && page.terminalText.contains("+79.0 %"), "\(page.terminalText)")
    #expect(page.terminalText.contains("+15.0 %"), "\(page.terminalText)")
}

@Test func aLearnerAloneHasItsCurve() {
    let html = page(["all parts"]).html
    #expect(html.matches(of: /<svg viewBox/).count == 1 && html.matches(of: /class="series series0"/).count == 1)
}

@Test func curvesMayBeginAtNothingAndLieWithinRanges() {
    var plot = CurvePlot([.init("a", [2, 1, 3] as [Double])], x: "epoch", y: "%")
    plot.first = 0
    plot.curves[0].ranges = [1...3, 0...2, 3...4]
    // From 0 to 2 over 64 to 400, from 0 to 4 over 250 to 14: up along the upper ends, and back along the lower ones.
    let band = "64.0,73.0 232.0,132.0 400.0,14.0 400.0,73.0 232.0,250.0 64.0,191.0"
    #expect(plot.svg.contains("<polygon class=\"band fill-series0\" points=\"\(band)\"/>"), "\(plot.svg)")
    #expect(plot.svg.contains("points=\"64.0,132.0 232.0,191.0 400.0,73.0\""), "\(plot.svg)")
}
