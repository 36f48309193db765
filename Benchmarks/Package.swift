// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]

/// A program that measures one part of the product, over the library that holds it.
func program(_ name: String, over library: String) -> Target {
    .executableTarget(
        name: name, dependencies: [.product(name: library, package: "tactus")], swiftSettings: strict)
}

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "tactus", path: "..")],
    targets: [
        program("neural", over: "TactusLearning"),
        program("simulation", over: "TactusScheduling"),
        program("cumulative", over: "TactusScheduling"),
        program("portfolio", over: "TactusScheduling"),
        program("robustness", over: "TactusScheduling"),
        program("decisions", over: "Tactus"),
        program("prediction", over: "Tactus"),
        program("optimizer", over: "Tactus"),
    ]
)
