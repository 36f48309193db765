// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "tactus", path: "..")],
    targets: [
        .executableTarget(
            name: "neural", dependencies: [.product(name: "TactusLearning", package: "tactus")], swiftSettings: strict),
        .executableTarget(
            name: "cumulative", dependencies: [.product(name: "TactusScheduling", package: "tactus")],
            swiftSettings: strict),
        .executableTarget(
            name: "robustness", dependencies: [.product(name: "TactusScheduling", package: "tactus")],
            swiftSettings: strict),
        .executableTarget(
            name: "simulation", dependencies: [.product(name: "TactusScheduling", package: "tactus")],
            swiftSettings: strict),
    ]
)
