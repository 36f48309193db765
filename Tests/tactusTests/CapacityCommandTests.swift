import Files
import Foundation
import TestSupport
import Testing

@Test func fromCommaSeparatedValuesToNodes() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        func tactus(_ arguments: String...) throws -> ProgramResult { try run(program, arguments, in: folder.path) }
        func json(_ result: ProgramResult) throws -> JSONField {
            JSONField(try JSONValue(parsing: Array(result.output.utf8)))
        }
        let lines = (0..<240).map {
            "\($0 * 3600),\(4 + ($0 % 24 < 12 ? 2 : -2) + $0 % 7),\($0 == 7 ? "x" : "\($0 % 5)")"
        }
        try folder.write((["timestamp,cores,other"] + lines).joined(separator: "\n"), to: "usage.csv")
        try folder.write(#"{"nodes":[{"name":"n1","cores":2}]}"#, to: "c.json")
        let imported = try json(tactus("import", "usage.csv", "--format", "series", "--into", "h.h5", "--json"))
        #expect(try imported["series"].int() == 2 && imported["values"].int() == 480 && imported["badRows"].int() == 1)
        #expect(try imported["problems"].elements()[0].string().hasPrefix("usage.csv:9: field other"))
        #expect(try tactus("import", "usage.csv", "--into", "h.h5").output.contains("1 file was there already"))
        let info = try tactus("history", "info", "h.h5").output
        #expect(info.contains("usage.cores: 240 values, 1 gap, one every 3600 s over 239.0 hours"), "\(info)")

        let several = try tactus("capacity", "--history", "h.h5")
        #expect(several.status != 0 && several.errors.contains("--series says which: usage.cores, usage.other"))
        let plan = try json(
            tactus(
                "capacity", "--history", "h.h5", "--series", "usage.cores", "--cluster", "c.json", "--horizon", "7200",
                "--json"))
        #expect(try plan["forecast"].elements().map { try $0["at"].double() } == [240 * 3600, 241 * 3600])
        #expect(try plan["nodes"].elements().allSatisfy { try $0["needed"].int() >= 3 })
        let text = try tactus("capacity", "--history", "h.h5", "--series", "usage.cores", "--cluster", "c.json").output
        #expect(text.contains("risk of shortage") && text.contains("nodes are needed"))

        let evaluated = try json(
            tactus(
                "evaluate", "forecaster", "--history", "h.h5", "--series", "usage.cores", "--horizon", "3600",
                "--predictions", "p.csv", "--export-windows", "w.csv", "--json"))
        #expect(try evaluated["kind"].string() == "ensemble" && evaluated["cells"].elements().count == 1)
        #expect(try readText(of: folder("w.csv")).hasPrefix("series,place,at,value,part,period\n"))
        for (arguments, complaint) in [
            (["capacity", "--history", "h.h5", "--series", "no"], "there is no series \"no\""),
            (
                ["capacity", "--history", "h.h5", "--series", "usage.cores", "--horizon", "60"],
                "less than the interval"
            ),
            (
                ["evaluate", "forecaster", "--history", "h.h5", "--model", "magic"],
                "no kind of forecaster; there are ensemble, ridge, seasonal-naive, naive, lstm-forecaster, "
            ),
            (["evaluate", "forecaster", "--history", "h.h5", "--horizon", "100"], "no multiple of its interval"),
            (["import", "usage.csv", "--into", "h.h5", "--interval", "0"], "--interval"),
        ] {
            let result = try run(program, arguments, in: folder.path)
            #expect(result.status != 0 && result.errors.contains(complaint), "\(result.errors)")
        }
    }
}

@Test func filesWithoutNumbersInAFolderAreSkipped() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        func tactus(_ arguments: String...) throws -> ProgramResult { try run(program, arguments, in: folder.path) }
        try folder.write("cores\n1\n2\n", to: "series/a.csv")
        try folder.write("# Where it comes from\nFrom \"there, and there.\n", to: "series/NOTE.md")
        let named = try tactus(
            "import", "series/a.csv", "series/NOTE.md", "--format", "series", "--into", "n.h5")
        #expect(named.status != 0 && named.errors.contains("series/NOTE.md: has no column of numbers"))
        let imported = try tactus("import", "series", "--format", "series", "--into", "h.h5")
        #expect(imported.status == 0 && imported.output.contains("1 series of 2 values from 1 file"))
        #expect(imported.errors.contains("skipped, not of the format series: series/NOTE.md"), "\(imported.errors)")
        // A file whose numbers cannot be read is not passed over.
        try folder.write("a,a\n1,2\n", to: "series/c.csv")
        let bad = try tactus("import", "series", "--format", "series", "--into", "h.h5")
        #expect(bad.status != 0 && bad.errors.contains("the column stands twice"), "\(bad.errors)")
    }
}
