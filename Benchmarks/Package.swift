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
            name: "decisions", dependencies: [.product(name: "Tactus", package: "tactus")], swiftSettings: strict),
    ]
)
