// swift-tools-version: 6.2
import Foundation
import PackageDescription

// While the rooms are being built: a module appears when its folder does.
// SwiftPM caches this file by its content: after adding a folder, build once with `--manifest-cache none`.
func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: Context.packageDirectory + "/" + path) }

/// A C library found by pkg-config: its module map and shim live in `Sources/<name>`.
struct SystemLibrary {
    let name: String
    let pkgConfig: String
    let package: String
}

/// A Swift module of ours. It may import what stands above it in `modules`, and nothing else.
struct Module {
    let name: String
    let imports: [String]
    let libraries: [Target.Dependency]

    init(_ name: String, _ imports: [String] = [], libraries: [Target.Dependency] = []) {
        self.name = name
        self.imports = imports
        self.libraries = libraries
    }
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let systemLibraries = [
    SystemLibrary(name: "COpenBLAS", pkgConfig: "openblas", package: "libopenblas-dev"),
    SystemLibrary(name: "CHDF5", pkgConfig: "hdf5", package: "libhdf5-dev"),
]

/// From the foundation up.
let allModules = [
    Module("Files", libraries: [crypto]),
    Module("Kernels", ["COpenBLAS"]),
    Module("Tensors", ["Kernels"]),
    Module("Layers", ["Files", "Kernels", "Tensors"]),
    Module("Training", ["Files", "Kernels", "Tensors", "Layers"]),
    Module("Workflows", ["Files"]),
    Module("History", ["CHDF5", "Files", "Workflows"]),
    Module("Prediction", ["Files", "Kernels", "Tensors", "Layers", "Workflows"]),
    Module("Registry", ["Files", "Tensors", "Layers"]),
    Module("Models", ["Files", "Kernels", "Tensors", "Layers", "Training", "Workflows", "History", "Prediction", "Registry"]),
    Module("Evaluation", ["Files", "Kernels", "Workflows", "Prediction"]),
    Module("Reports", ["Files", "Workflows", "Evaluation"]),
]

let modules = allModules.filter { exists("Sources/\($0.name)") }

/// The command line; the last room.
let commandLine = Module("tactus", modules.map(\.name), libraries: [argumentParser])

let strict: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]

func dependencies(of module: Module) -> [Target.Dependency] {
    module.imports.filter { exists("Sources/\($0)") }.map { .target(name: $0) } + module.libraries
}

/// A module's tests may use it, what it imports, and `TestSupport`.
func testTarget(of module: Module) -> Target {
    .testTarget(
        name: "\(module.name)Tests",
        dependencies: dependencies(of: module) + [.target(name: module.name), "TestSupport"]
            + (module.imports.contains("Tensors") || module.name == "Tensors" ? ["NumericalChecks"] : []),
        exclude: exists("Tests/\(module.name)Tests/Golden") ? ["Golden"] : [],
        swiftSettings: strict)
}

let package = Package(
    name: "tactus",
    products: [
        .library(name: "Tactus", targets: modules.map(\.name))
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    ],
    targets: systemLibraries.map {
        .systemLibrary(name: $0.name, pkgConfig: $0.pkgConfig, providers: [.apt([$0.package])])
    }
        + modules.map { .target(name: $0.name, dependencies: dependencies(of: $0), swiftSettings: strict) }
        + (exists("Sources/tactus")
            ? [
                .executableTarget(
                    name: commandLine.name, dependencies: dependencies(of: commandLine), swiftSettings: strict)
            ] : [])
        + [
            .target(name: "TestSupport", dependencies: ["Files"], path: "Tests/TestSupport", swiftSettings: strict),
            .target(
                name: "NumericalChecks", dependencies: ["Kernels", "Tensors"], path: "Tests/NumericalChecks",
                swiftSettings: strict),
            .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"], swiftSettings: strict),
        ]
        + (modules + [commandLine]).filter { exists("Tests/\($0.name)Tests") }.map(testTarget)
)
