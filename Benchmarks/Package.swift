// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let balancer = Target.Dependency.product(name: "Balancer", package: "drover")
let providers = Target.Dependency.product(name: "Dialects", package: "drover")
let ledger = Target.Dependency.product(name: "Ledger", package: "drover")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")

/// One benchmark target; its folder lies directly beside this file.
func benchmark(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + [.product(name: "Benchmark", package: "benchmark")], path: name,
        swiftSettings: swiftSettings, plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let package = Package(
    name: "drover-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "drover", path: ".."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // No traits: jemalloc is not needed, allocation is shown by valgrind (AllocationProbe).
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.29.0", traits: []),
    ],
    targets: [
        .target(
            name: "BenchmarkPools", dependencies: [balancer], path: "BenchmarkPools", swiftSettings: swiftSettings),
        .target(
            name: "BenchmarkLedgers", dependencies: [ledger], path: "BenchmarkLedgers", swiftSettings: swiftSettings),
        benchmark("Selection", [balancer, "BenchmarkPools"]),
        benchmark("Contention", [balancer, "BenchmarkPools"]),
        benchmark("Framing", [providers, nioCore]),
        benchmark("Spending", [ledger, "BenchmarkLedgers"]),
        .executableTarget(
            name: "AllocationProbe", dependencies: [balancer, "BenchmarkPools"], path: "AllocationProbe",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "LedgerProbe", dependencies: [ledger, "BenchmarkLedgers"], path: "LedgerProbe",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "LockProbe", dependencies: [balancer, "BenchmarkPools"], path: "LockProbe",
            swiftSettings: swiftSettings),
    ],
    swiftLanguageModes: [.v6]
)

// What counts allocations, instructions and time per pick needs the balancer alone, and per reservation the ledger: no
// dependency, and no benchmark driver.
let probes = [
    "balancer": ["BenchmarkPools", "AllocationProbe", "LockProbe"], "ledger": ["BenchmarkLedgers", "LedgerProbe"],
]
if let alone = Context.environment["DROVER_TARGETS"].flatMap({ probes[$0] }) {
    package.targets.removeAll { !alone.contains($0.name) }
    package.dependencies.removeAll { dependency in
        if case .sourceControl = dependency.kind { true } else { false }
    }
}
