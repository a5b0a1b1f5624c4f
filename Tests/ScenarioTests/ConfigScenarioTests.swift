import Config
import FoundationEssentials
import Testing

/// The files of the article that many users started from load as they are.
@Suite struct ConfigScenarioTests {
    private static let folder =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/../shared/article-configs"

    private static var isThere: Bool { FileManager.default.fileExists(atPath: folder) }

    @Test(
        .enabled(if: Self.isThere, "../shared/article-configs is not there"),
        arguments: ["1-local", "2-cloud-fallback", "3-verbose", "4-pool", "5-production"])
    func `the article's configuration has no fault`(name: String) throws {
        let loaded = Loader.load(path: "\(Self.folder)/\(name).yaml", environment: [:])
        #expect(loaded.faults.isEmpty, "\(loaded.faults)")
        #expect(!loaded.configuration.models.isEmpty)
        #expect(!loaded.configuration.instances.isEmpty)
    }

    @Test(.enabled(if: Self.isThere, "../shared/article-configs is not there"))
    func `the article's pool is three deployments of one model`() throws {
        let loaded = Loader.load(path: "\(Self.folder)/4-pool.yaml", environment: [:])
        #expect(loaded.configuration.models.contains { $0.deployments.count == 3 })
        #expect(loaded.configuration.routerSettings.routingStrategy == .leastBusy)
    }
}
