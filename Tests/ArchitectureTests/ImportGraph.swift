import Foundation

/// The rooms of the package as the manifest states them, and the imports that the sources make.
struct ImportGraph {
    /// Modules from the foundation up, each with what the manifest lets it import.
    var modules: [(name: String, imports: [String])]
    /// What each file imports.
    var files: [(path: String, module: String, imports: [String])]

    /// Modules outside the package, with the only module of ours that may import each.
    static let soleImporters = [
        "CMalloc": "Files", "COpenBLAS": "Kernels", "CHDF5": "History", "CPlugin": "Models", "Crypto": "Files",
        "Yams": "Settings", "GRDB": "Decisions",
        "CPostgres": "Decisions", "Hummingbird": "Server", "HummingbirdCore": "Server", "NIOCore": "Server",
        "NIOHTTP1": "Server",
        "ArgumentParser": "tactus",
    ]
    /// Modules that do without Foundation.
    static let withoutFoundation: Set = ["Kernels", "Tensors", "Layers", "Reinforcement"]

    /// What breaks the rules, one line each.
    var violations: [String] {
        manifestViolations + files.flatMap(violations(of:))
    }

    private var manifestViolations: [String] {
        var above: Set<String> = ["CMalloc", "COpenBLAS", "CHDF5", "CPlugin", "CPostgres"]
        var found: [String] = []
        for module in modules {
            found += module.imports.filter { !above.contains($0) }.map {
                "Package.swift: \(module.name) imports \($0), which does not stand above it"
            }
            above.insert(module.name)
        }
        return found
    }

    private func violations(of file: (path: String, module: String, imports: [String])) -> [String] {
        let ours = Set(modules.map(\.name))
        let allowed = Set(modules.first { $0.name == file.module }?.imports ?? [])
        return file.imports.compactMap { imported in
            if let sole = Self.soleImporters[imported], sole != file.module {
                return "\(file.path): imports \(imported), which only \(sole) may"
            }
            if imported.hasPrefix("Foundation"), Self.withoutFoundation.contains(file.module) {
                return "\(file.path): imports \(imported); \(file.module) does without Foundation"
            }
            if ours.contains(imported), !allowed.contains(imported) {
                return "\(file.path): imports \(imported), which the manifest does not give to \(file.module)"
            }
            return nil
        }
    }
}

extension ImportGraph {
    /// Reads the table of modules in a manifest: lines such as `Module("Layers", ["Files", "Tensors"])`.
    static func modules(inManifest text: String) -> [(name: String, imports: [String])] {
        text.matches(of: /Module\(\s*"(\w+)"(?:,\s*\[([^\]]*)\])?/).map { match in
            let imports = (match.2 ?? "").matches(of: /"(\w+)"/).map { String($0.1) }
            return (String(match.1), imports)
        }
    }

    /// The modules that the text of a source file imports.
    static func imports(inSource text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").filter { !$0.hasPrefix("@") }
            guard let place = words.firstIndex(of: "import"), place <= 1, words.count > place + 1 else { return nil }
            let isScoped = ["struct", "class", "enum", "func", "protocol"].contains(words[place + 1])
            guard words.count > place + (isScoped ? 2 : 1), !line.hasPrefix("//") else { return nil }
            return String(words[place + (isScoped ? 2 : 1)].prefix { $0 != "." })
        }
    }

    /// The graph of the repository at `root`.
    static func read(root: String) throws -> ImportGraph {
        var modules = modules(inManifest: try String(contentsOfFile: root + "/Package.swift", encoding: .utf8))
        let earlier = modules.map(\.name)
        // The manifest gives the command line all modules that stand above it.
        modules = modules.map { $0.name == "tactus" ? ($0.name, earlier.filter { $0 != "tactus" }) : $0 }
        var files: [(path: String, module: String, imports: [String])] = []
        for case let path as String in FileManager.default.enumerator(atPath: root + "/Sources") ?? .init()
        where path.hasSuffix(".swift") {
            let module = String(path.prefix { $0 != "/" })
            let text = try String(contentsOfFile: root + "/Sources/" + path, encoding: .utf8)
            files.append(("Sources/" + path, module, imports(inSource: text)))
        }
        return ImportGraph(modules: modules, files: files.sorted { $0.path < $1.path })
    }
}
