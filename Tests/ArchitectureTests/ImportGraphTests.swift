import TestSupport
import Testing

@Test func everyArrowPointsUpwards() throws {
    let graph = try ImportGraph.read(root: repository)
    #expect(graph.modules.count > 10)
    #expect(graph.files.count > 50)
    #expect(graph.files.contains { !$0.imports.isEmpty })
    #expect(graph.violations == [])
}

@Test func readsAManifest() {
    let modules = ImportGraph.modules(
        inManifest: """
            Module("Files", libraries: [crypto]),
            Module("Layers", ["Files", "Tensors"]),
            """)
    #expect(modules.map(\.name) == ["Files", "Layers"])
    #expect(modules.map(\.imports) == [[], ["Files", "Tensors"]])
}

@Test func readsImports() {
    let text = """
        import Files
        @testable import Layers
        public import struct Tensors.Shape
        // import Commented
        let important = 1
        """
    #expect(ImportGraph.imports(inSource: text) == ["Files", "Layers", "Tensors"])
}

@Test(arguments: [
    ("Tensors", "Layers", "which the manifest does not give"),
    ("Layers", "Foundation", "does without Foundation"),
    ("Layers", "FoundationEssentials", "does without Foundation"),
    ("Layers", "COpenBLAS", "which only Kernels may"),
])
func findsWrongImports(module: String, imported: String, complaint: String) {
    let graph = ImportGraph(
        modules: [("Tensors", []), ("Layers", ["Tensors"])], files: [("f.swift", module, [imported])])
    #expect(graph.violations.count == 1)
    #expect(graph.violations.first?.contains(complaint) == true)
}

@Test func findsAnArrowThatPointsDownInTheManifest() {
    let graph = ImportGraph(modules: [("Tensors", ["Layers"]), ("Layers", [])], files: [])
    #expect(graph.violations == ["Package.swift: Tensors imports Layers, which does not stand above it"])
}
