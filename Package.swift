// swift-tools-version: 6.2
import PackageDescription

/// One set for every target: strict, and no warning passes.
let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [], exclude: [String] = [])
    -> Target
{
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: swiftSettings)
}

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioConcurrencyHelpers = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioExtras = Target.Dependency.product(name: "NIOExtras", package: "swift-nio-extras")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

let package = Package(
    name: "drover",
    products: [
        .executable(name: "drover", targets: ["CLI"]),
        .executable(name: "drover-load", targets: ["Load"]),
        .library(name: "Balancer", targets: ["Balancer"]),
        .library(name: "Dialects", targets: ["Dialects"]),
        .library(name: "Ledger", targets: ["Ledger"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Pure: no socket, logger, file or environment.
        library("Locking"),
        library("Balancer", ["Locking"]),
        library("BoxModel"),
        library("Simulator", ["Balancer", "BoxModel"]),
        library("Dialects", [nioCore]),
        library("Hashing"),
        library("Signing", ["Dialects", "Hashing"]),
        library("Ledger", ["Hashing", "Locking"]),
        library("Gateway", ["Balancer", "Ledger", "Dialects", nioCore]),

        // Shells, one framework each.
        .systemLibrary(name: "CYaml", providers: [.apt(["libyaml-dev"])]),
        library("Config", ["Balancer", "Dialects", "Ledger", "CYaml"]),
        library("Telemetry", ["Balancer", "Gateway", "Ledger", "Locking", logging]),
        library("Upstream", ["Locking", nioCore, nioExtras, nioHTTP1, nioPosix, nioSSL, nioTLS]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        library("SQLite", ["CSQLite"]),
        .systemLibrary(name: "CPostgreSQL", providers: [.apt(["libpq-dev"])]),
        library("PostgreSQL", ["CPostgreSQL"]),
        library("LedgerStore", ["Balancer", "Ledger", "Locking", "PostgreSQL", "SQLite", logging]),
        .systemLibrary(name: "CCrypto"),
        library("SignIn", ["CCrypto", "Dialects", "Gateway", "Ledger", "Locking"]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CCurlShim", dependencies: ["CCurl"]),
        library("Curl", ["CCurl", "CCurlShim", "Locking"]),
        library(
            "Exporters",
            [
                "Balancer", "Curl", "Dialects", "Gateway", "Ledger", "Locking", "Telemetry", logging, serviceLifecycle,
            ]),
        library("Prober", ["Balancer", "Dialects", "Curl", nioCore, logging, serviceLifecycle]),
        library("Farm", ["BoxModel", nioConcurrencyHelpers, nioCore, nioPosix, nioHTTP1]),
        // The dashboard's files, embedded.
        .target(name: "Dashboard", exclude: ["site"]),
        library(
            "Server",
            [
                "Gateway", "Upstream", "Dashboard", "Dialects", "Telemetry", "Balancer", "Ledger", "LedgerStore",
                "Locking", "CZlib",
                nioCore, nioPosix,
                nioHTTP1,
                nioHTTPTypes, nioHTTPTypesHTTP1, nioSSL, httpTypes, hummingbird, hummingbirdCore, logging,
                serviceLifecycle,
            ]),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Balancer", "BoxModel", "Config", "Curl", "Exporters", "Farm", "Gateway", "Ledger", "LedgerStore",
                "Prober",
                "Dialects", "Locking",
                "Server",
                "SignIn", "Signing", "Simulator", "Telemetry", "Upstream", argumentParser, logging, serviceLifecycle,
                unixSignals,
                nioCore,
                nioPosix,
            ],
            swiftSettings: swiftSettings),
        // The load client of the benchmarks; not part of the product.
        .executableTarget(
            name: "Load", dependencies: [nioCore, nioPosix, argumentParser], path: "Benchmarks/Load",
            swiftSettings: swiftSettings),

        .target(
            name: "TestSupport", dependencies: ["Balancer", "Locking"], path: "Tests/Support",
            swiftSettings: swiftSettings),
        // The serving code under seeded faults, in virtual time (`make sim`); not part of the product.
        .target(name: "CFaultSim", path: "Tests/CFaultSim"),
        .executableTarget(
            name: "FaultSim",
            dependencies: [
                "Balancer", "CFaultSim", "Curl", "Dialects", "Gateway", "Ledger", "LedgerStore", "Locking", "Prober",
                "Server", "Telemetry", "Upstream", argumentParser, logging, nioCore, nioEmbedded,
            ],
            path: "Tests/FaultSim", swiftSettings: swiftSettings),
        tests("LockingTests", ["Locking"]),
        tests("BalancerTests", ["Balancer", "TestSupport"]),
        tests("BoxModelTests", ["BoxModel"]),
        tests("SimulatorTests", ["Simulator", "Balancer", "BoxModel"]),
        tests("DialectsTests", ["Dialects", "Signing", nioCore], resources: [.copy("Fixtures")]),
        tests("SigningTests", ["Signing"]),
        tests("HashingTests", ["Hashing"]),
        tests("LedgerTests", ["Ledger", "Locking"]),
        tests("SQLiteTests", ["SQLite"]),
        tests("PostgreSQLTests", ["PostgreSQL"]),
        // Killed and asked for figures; not part of the product.
        .executableTarget(
            name: "StoreProbe", dependencies: ["Balancer", "Ledger", "LedgerStore", logging],
            path: "Tests/StoreProbe",
            swiftSettings: swiftSettings),
        tests("StoreKillTests", ["StoreProbe", "Ledger", "LedgerStore", "SQLite"]),
        tests(
            "LedgerStoreTests",
            ["LedgerStore", "Balancer", "Ledger", "Locking", "PostgreSQL", "SQLite", "TestSupport", logging],
            resources: [.copy("Fixtures")]),
        tests(
            "GatewayTests",
            ["Gateway", "Balancer", "Ledger", "Dialects", "Locking", "TestSupport", nioCore]),
        tests(
            "SignInTests", ["SignIn", "Dialects", "Gateway", "Ledger"], resources: [.copy("Fixtures")]),
        tests("ConfigTests", ["Config", "Balancer", "Dialects", "Ledger"]),
        tests("TelemetryTests", ["Telemetry", "Balancer", "Gateway", "Ledger", "TestSupport", logging]),
        tests(
            "ExportersTests",
            [
                "Exporters", "Balancer", "Curl", "Dialects", "Gateway", "Ledger", "Locking", "Telemetry", "TestSupport",
                logging,
            ]),
        tests(
            "UpstreamTests",
            ["Upstream", "TestSupport", nioConcurrencyHelpers, nioCore, nioPosix, nioEmbedded, nioSSL, nioTLS]),
        tests("CurlTests", ["Curl", nioCore, nioPosix, nioHTTP1]),
        tests("ProberTests", ["Prober", "Balancer", "Dialects", "Curl", "Farm", "Locking", "TestSupport", logging]),
        tests("FarmTests", ["Farm", "BoxModel", nioCore, nioPosix, nioHTTP1]),
        .target(
            name: "ServerRig",
            dependencies: [
                "Server", "Balancer", "Dialects", "Gateway", "TestSupport", nioCore, nioEmbedded, nioHTTP1, logging,
            ],
            path: "Tests/ServerRig", swiftSettings: swiftSettings),
        tests(
            "ServerTests",
            [
                "Server", "ServerRig", "Balancer", "CZlib", "Dialects", "Gateway", "Ledger", "LedgerStore", "Locking",
                "TestSupport",
                nioCore,
                nioEmbedded, nioHTTP1, httpTypes, logging,
            ]),
        .target(
            name: "Fuzzing", dependencies: ["Config", "Dialects", "ServerRig", "Upstream", nioCore],
            path: "Tests/Fuzzing", swiftSettings: swiftSettings),
        tests("FuzzingTests", ["Fuzzing"], resources: [.copy("Corpus")]),
        tests(
            "ScenarioTests",
            [
                "CLI", "Server", "Farm", "Config", "Balancer", "BoxModel", "Dialects", "Gateway", "Ledger",
                "LedgerStore", "Locking", "PostgreSQL", "SQLite",
                "Prober",
                "Simulator", "Telemetry", "TestSupport", argumentParser, nioCore, nioPosix, nioSSL,
            ], exclude: ["Clients"]),
    ],
    swiftLanguageModes: [.v6]
)

// What a part of the work needs and nothing else, packages and targets: who works on one target builds it and its tests in
// a minute, and a build with other flags is not the whole a second time. `scripts/lint-parts` holds each to what it uses.
let parts: [String: Set<String>] = [
    "threads": [
        "Locking", "Balancer", "BoxModel", "Dialects", "CCurl", "CCurlShim", "Curl", "Prober", "Farm", "Hashing",
        "Ledger", "TestSupport", "LockingTests", "BalancerTests", "ProberTests", "LedgerTests",
    ],
    "balancer": [
        "Locking", "Balancer", "TestSupport", "LockingTests", "BalancerTests", "Simulator", "BoxModel",
        "SimulatorTests", "BoxModelTests",
    ],
    "simulator": ["Locking", "Balancer", "BoxModel", "Simulator", "BoxModelTests", "SimulatorTests"],
    "dialects": ["Dialects", "Hashing", "Signing", "DialectsTests", "SigningTests"],
    "gateway": [
        "Locking", "Balancer", "Hashing", "Ledger", "Dialects", "Signing", "Telemetry", "Gateway", "TestSupport",
        "GatewayTests",
        "DialectsTests", "TelemetryTests",
    ],
    "signin": [
        "Locking", "Balancer", "Hashing", "Ledger", "Dialects", "Gateway", "CCrypto", "SignIn", "SignInTests",
    ],
    "exporters": [
        "Locking", "Balancer", "Hashing", "Ledger", "Dialects", "Signing", "Telemetry", "Gateway", "CCurl",
        "CCurlShim", "Curl", "Exporters", "TestSupport", "GatewayTests", "TelemetryTests", "ExportersTests",
    ],
    "fence": ["Locking", "Balancer", "Hashing", "Ledger", "Dialects", "Gateway", "TestSupport", "GatewayTests"],
    "ledger": ["Locking", "Hashing", "Ledger", "HashingTests", "LedgerTests"],
    "store": [
        "Locking", "Balancer", "Hashing", "Ledger", "CSQLite", "SQLite", "CPostgreSQL", "PostgreSQL", "LedgerStore",
        "TestSupport", "SQLiteTests", "PostgreSQLTests",
        "LedgerStoreTests", "StoreProbe", "StoreKillTests",
    ],
    "config": ["Locking", "Balancer", "Hashing", "Ledger", "Dialects", "CYaml", "Config", "ConfigTests"],
    "upstream": ["Locking", "Balancer", "TestSupport", "Upstream", "UpstreamTests"],
    "fuzz": [
        "Locking", "Balancer", "Hashing", "Ledger", "Dialects", "Gateway", "CYaml", "Config", "Telemetry", "Upstream",
        "CZlib", "CSQLite", "SQLite", "CPostgreSQL", "PostgreSQL", "LedgerStore", "Dashboard", "Server", "TestSupport",
        "ServerRig", "Fuzzing", "Fuzzer",
    ],
]

func targets(of product: Product) -> [String] {
    (product as? Product.Library)?.targets ?? (product as? Product.Executable)?.targets ?? []
}

// Its start is libFuzzer's, so that it links only where that is linked in.
if Context.environment["DROVER_TARGETS"] == "fuzz" {
    package.targets.append(
        .executableTarget(
            name: "Fuzzer", dependencies: ["Fuzzing"], path: "Tests/Fuzzer",
            swiftSettings: swiftSettings + [.unsafeFlags(["-parse-as-library"])]))
}

if let part = Context.environment["DROVER_TARGETS"].flatMap({ parts[$0] }) {
    package.targets.removeAll { !part.contains($0.name) }
    package.products.removeAll { !part.isSuperset(of: targets(of: $0)) }
    // A package that no target of the part uses would be fetched and warned of all the same.
    let used = Set(
        package.targets.flatMap(\.dependencies).compactMap { dependency -> String? in
            if case .productItem(_, let package, _, _) = dependency { package } else { nil }
        })
    package.dependencies.removeAll { dependency in
        guard case .sourceControl(_, let location, _) = dependency.kind else { return false }
        return !used.contains { location.hasSuffix("/\($0)") }
    }
}
