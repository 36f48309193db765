// swift-tools-version: 6.2
import PackageDescription

/// A C library found by pkg-config: its module map and shim live in `Sources/<name>`.
struct SystemLibrary {
    let name: String
    let pkgConfig: String
    let package: String
}

/// Headers in `Sources/<name>` with nothing to link: of the C library, and our own that libraries from elsewhere are written
/// against.
let headers = ["CMalloc", "CPlugin"]

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
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let locks = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")

let systemLibraries = [
    SystemLibrary(name: "COpenBLAS", pkgConfig: "openblas", package: "libopenblas-dev"),
    SystemLibrary(name: "CHDF5", pkgConfig: "hdf5", package: "libhdf5-dev"),
]

/// From the foundation up.
let modules = [
    Module("Files", ["CMalloc"], libraries: [crypto]),
    Module("Kernels", ["COpenBLAS"]),
    Module("Tensors", ["Kernels"]),
    Module("Layers", ["Files", "Kernels", "Tensors"]),
    Module("Training", ["Files", "Kernels", "Tensors", "Layers"]),
    Module("Reinforcement", ["Files", "Kernels", "Tensors", "Layers", "Training"]),
    Module("Settings", ["Files"], libraries: [yams]),
    Module("Workflows", ["Files"]),
    Module("History", ["CHDF5", "Files", "Workflows"]),
    Module("Simulation", ["Files", "Kernels", "Workflows"]),
    Module("Scheduling", ["Files", "Kernels", "Workflows", "Simulation"]),
    Module("Prediction", ["Files", "Kernels", "Tensors", "Layers", "Workflows", "Simulation", "Scheduling"]),
    Module("WorkflowOptimization", ["Files", "Kernels", "Workflows", "Simulation", "Scheduling"]),
    Module("Registry", ["Files", "Tensors", "Layers"]),
    Module(
        "Models",
        [
            "CPlugin", "Files", "Kernels", "Tensors", "Layers", "Training", "Reinforcement", "Workflows", "History",
            "Simulation", "Scheduling", "Prediction", "WorkflowOptimization", "Registry",
        ]),
    Module("Decisions", ["Files", "Workflows"], libraries: [grdb]),
    Module("Evaluation", ["Files", "Kernels", "Workflows", "History", "Simulation", "Scheduling", "Prediction"]),
    Module("Reports", ["Files", "Workflows", "Simulation", "Prediction", "Evaluation"]),
    Module(
        "Engine",
        [
            "Files", "Layers", "Settings", "Workflows", "History", "Simulation", "Scheduling", "Prediction",
            "WorkflowOptimization", "Registry", "Models", "Decisions",
        ], libraries: [locks]),
    Module(
        "Server",
        [
            "Files", "Settings", "Workflows", "Simulation", "Scheduling", "Prediction", "Registry", "Decisions",
            "Engine",
        ],
        libraries: [hummingbird, hummingbirdCore, httpTypes, logging, nio, nioHTTP, locks]),
]

/// The command line; the last room.
let commandLine = Module("tactus", modules.map(\.name), libraries: [argumentParser, logging])

let strict: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]

/// Modules whose loops the tests run most: optimised in debug builds too, which takes half of the processor time from the
/// suite. Checks of overflow, of indices and preconditions stay, and preconditions say what is wrong.
let hot: Set = ["Files", "Kernels", "Tensors", "Layers", "Workflows", "Simulation", "Scheduling"]

func settings(of module: Module) -> [SwiftSetting] {
    let optimised = SwiftSetting.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))
    return hot.contains(module.name) ? strict + [optimised] : strict
}

func dependencies(of module: Module) -> [Target.Dependency] {
    module.imports.map { .target(name: $0) } + module.libraries
}

/// A module's tests may use it, what it imports, and what helps with testing.
func testTarget(of module: Module) -> Target {
    let helpers =
        ["Kernels", "NumericalChecks", "TestSupport"]
        + (["Engine", "Server", "tactus"].contains(module.name) ? ["ModelFixtures"] : [])
    let ours = Set(module.imports + [module.name] + helpers).sorted()
    return .testTarget(
        name: "\(module.name)Tests", dependencies: ours.map { .target(name: $0) } + module.libraries,
        exclude: ["Tensors", "Layers", "Training"].contains(module.name) ? ["Golden"] : [],
        swiftSettings: strict)
}

let testing: [Target] = [
    .target(name: "TestSupport", dependencies: ["Files"], path: "Tests/TestSupport", swiftSettings: strict),
    .target(
        name: "NumericalChecks", dependencies: ["Kernels", "Tensors"], path: "Tests/NumericalChecks",
        swiftSettings: strict),
    .target(
        name: "ModelFixtures",
        dependencies: ["Files", "Models", "Prediction", "Registry", "Simulation", "TestSupport", "Workflows"],
        path: "Tests/ModelFixtures", swiftSettings: strict),
    // A program that counts its own allocations. No test may depend on it, or all of them would be counted.
    .target(name: "CAllocations", path: "Tests/CAllocations", cSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
        name: "allocations", dependencies: ["CAllocations", "Kernels", "Tensors", "Layers", "Training"],
        path: "Tests/Allocations", swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"], swiftSettings: strict),
]

/// Pages whose Swift blocks are a program: `notebooks-md/<name>.md`. `NotebookTests` run each and compare what it prints.
let notebooks = ["01-task-durations", "02-sizing-from-traces", "03-one-workflow", "04-own-scheduler"]

let notebookTargets: [Target] =
    [
        .target(name: "NotebookFormat", path: "Plugins/NotebookFormat", swiftSettings: strict),
        .executableTarget(
            name: "NotebookExtractor", dependencies: ["NotebookFormat"], path: "Plugins/NotebookExtractor",
            swiftSettings: strict),
        .plugin(name: "NotebookPrograms", capability: .buildTool(), dependencies: ["NotebookExtractor"]),
        .testTarget(
            name: "NotebookTests", dependencies: ["Files", "Layers", "NotebookFormat", "TestSupport"],
            swiftSettings: strict),
    ]
    + notebooks.map {
        .executableTarget(
            name: $0,
            dependencies: [
                "Files", "Kernels", "Tensors", "Layers", "Training", "Workflows", "History", "Simulation", "Scheduling",
                "Prediction", "WorkflowOptimization", "Models", "Evaluation", "Reports",
            ],
            path: "notebooks-md/programs/\($0)", swiftSettings: strict, plugins: ["NotebookPrograms"])
    }

let package = Package(
    name: "tactus",
    products: [
        .executable(name: "tactus", targets: ["tactus"]),
        .library(name: "Tactus", targets: modules.map(\.name)),
        .library(name: "TactusLearning", targets: ["Kernels", "Tensors", "Layers", "Training", "Reinforcement"]),
        .library(name: "TactusScheduling", targets: ["Files", "Kernels", "Workflows", "Simulation", "Scheduling"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: systemLibraries.map {
        .systemLibrary(name: $0.name, pkgConfig: $0.pkgConfig, providers: [.apt([$0.package])])
    }
        + headers.map { .systemLibrary(name: $0) }
        + modules.map { .target(name: $0.name, dependencies: dependencies(of: $0), swiftSettings: settings(of: $0)) }
        + [
            .executableTarget(
                name: commandLine.name, dependencies: dependencies(of: commandLine), swiftSettings: strict)
        ]
        + testing + (modules + [commandLine]).map(testTarget) + notebookTargets
)
