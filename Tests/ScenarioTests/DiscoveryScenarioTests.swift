import Balancer
import BoxModel
import Config
import Farm
import Locking
import NIOPosix
import Testing
import Upstream

@testable import CLI

/// Boxes behind one host name, as those of a headless Service are.
@Suite(.timeLimit(.minutes(2)), .serialized) struct DiscoveryScenarioTests {
    /// What the host name `boxes.internal` has, as its name server says.
    private final class Names: Sendable {
        private let now: Locked<[String]>
        private let hangs = Locked(false)

        init(_ addresses: [String]) { now = Locked(addresses) }

        func say(_ addresses: [String]) { now.withLock { $0 = addresses } }
        func hang(_ hangs: Bool) { self.hangs.withLock { $0 = hangs } }

        var lookUp: NameLookUp {
            NameLookUp { host in
                while self.hangs.withLock({ $0 }) { await Task.yield() }
                return host == "boxes.internal" ? self.now.withLock { $0 } : []
            }
        }
    }

    /// Goes on until it is told to end.
    private final class Load: Sendable {
        private let isOver = Locked(false)
        var goesOn: Bool { !isOver.withLock { $0 } }
        func end() { isOver.withLock { $0 = true } }
    }

    /// One box at each of these addresses, all at one port.
    private static func farms(_ addresses: [String], decode: Double) async throws -> (farms: [BoxFarm], port: Int) {
        var farms: [BoxFarm] = []
        var port = 0
        for address in addresses {
            var configuration = FarmConfiguration.instant(boxes: 1)
            configuration.host = address
            configuration.port = port
            configuration.controlPort = .none
            configuration.boxes[0].gpu.decodeTokensPerSecond = decode
            configuration.boxes[0].gpu.decodeSlowdown = 0
            configuration.boxes[0].gpu.slots = 64
            configuration.boxes[0].answerTokens = 60...120
            let farm = BoxFarm(configuration, group: MultiThreadedEventLoopGroup.singleton)
            port = try await farm.start()[0]
            farms.append(farm)
        }
        return (farms, port)
    }

    private static func gateway(_ port: Int, _ names: Names, interval: String = "100ms") async throws -> RunningGateway
    {
        try await RunningGateway.start(
            """
            model_list:
              - {model_name: llama3, litellm_params: {model: "ollama/llama3.1:8b", api_base: "http://boxes.internal:\(port)"}}
            router_settings: {routing_strategy: least-busy, num_retries: 2}
            drover:
              probe: {interval: 200ms, timeout: 1s, fall: 2, rise: 1}
              discover: {interval: \(interval)}
            """, threads: 2, lookUp: names.lookUp)
    }

    private func chat(_ gateway: RunningGateway, stream: Bool = false) async throws -> ChatAnswer {
        let client = try await gateway.connect()
        try await client.send(FarmedGateway.chat(stream: stream))
        let answer = try ChatAnswer(try await client.message())
        await client.close()
        return answer
    }

    @Test func `boxes come and go by their addresses under load, and no client sees it`() async throws {
        let addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
        let (farms, port) = try await Self.farms(addresses, decode: 400)
        let names = Names(Array(addresses.prefix(2)))
        let gateway = try await Self.gateway(port, names)
        #expect(gateway.pool.instances.map(\.instance) == ["127.0.0.1:\(port)", "127.0.0.2:\(port)"])
        let load = Load()
        let served = try await withThrowingTaskGroup(of: Set<String>.self) { tasks in
            for number in 0..<8 {
                tasks.addTask {
                    var instances: Set<String> = []
                    while load.goesOn {
                        let answer = try await chat(gateway, stream: number % 2 == 0)
                        #expect(answer.status == 200 && answer.errors.isEmpty, "\(answer.message)")
                        instances.insert(answer.instance ?? "")
                    }
                    return instances
                }
            }
            for kept in [[0, 1, 2], [2], [0, 2]] {
                names.say(kept.map { addresses[$0] })
                await eventually("only those that the name has are there") {
                    gateway.pool.instances.map(\.instance).sorted() == kept.map { "\(addresses[$0]):\(port)" }
                        && gateway.pool.instances.allSatisfy { $0.state == "ready" }
                }
            }
            load.end()
            return try await tasks.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        #expect(served == Set(addresses.map { "\($0):\(port)" }), "every box had its turn")
        let end = gateway.pool
        #expect(end.inFlight == 0 && end.deployments.allSatisfy { $0.failures == 0 })
        // The request names the host, as if it were one.
        let received = await farms[2].received(box: 0)
        #expect(received.allSatisfy { $0.header("host") == "boxes.internal:\(port)" })
        try await gateway.stop()
        for farm in farms { await farm.shutdown() }
    }

    @Test func `a name server that hangs or says nothing takes no box away`() async throws {
        let (farms, port) = try await Self.farms(["127.0.0.1", "127.0.0.2"], decode: .infinity)
        let names = Names(["127.0.0.1", "127.0.0.2"])
        let gateway = try await Self.gateway(port, names)
        names.say([])
        for _ in 0..<20 { #expect(try await chat(gateway).status == 200) }
        #expect(gateway.pool.instances.count == 2)
        names.hang(true)
        names.say(["127.0.0.1"])
        for _ in 0..<20 { #expect(try await chat(gateway).status == 200) }
        #expect(gateway.pool.instances.count == 2)
        names.hang(false)
        await eventually("the name is followed again") { gateway.pool.instances.count == 1 }
        #expect(try await chat(gateway).instance == "127.0.0.1:\(port)")
        try await gateway.stop()
        for farm in farms { await farm.shutdown() }
    }

    @Test func `a name that nobody knows at the start is one box until it is found`() async throws {
        let (farms, port) = try await Self.farms(["127.0.0.1"], decode: .infinity)
        let names = Names([])
        let gateway = try await Self.gateway(port, names)
        #expect(gateway.pool.instances.map(\.instance) == ["boxes.internal:\(port)"])
        names.say(["127.0.0.1"])
        await eventually("its box is there") {
            gateway.pool.instances.map(\.instance) == ["127.0.0.1:\(port)"]
                && gateway.pool.instances.allSatisfy { $0.state == "ready" }
        }
        #expect(try await chat(gateway).status == 200)
        try await gateway.stop()
        for farm in farms { await farm.shutdown() }
    }

    @Test func `a configuration that does not come to be in force costs no address, and a lowered bound holds at once`()
        async throws
    {
        func configuration(_ host: String, _ more: String = "") throws -> Configuration {
            let loaded = Loader.load(
                text: """
                    model_list:
                      - {model_name: llama3, litellm_params: {model: ollama/a, api_base: "http://\(host):1"}}
                    drover: {discover: {interval: 5s\(more)}}
                    """, name: "test.yaml", environment: [:])
            try #require(loaded.faults.isEmpty, "\(loaded.faults)")
            return loaded.configuration
        }
        func places(_ configuration: Configuration) -> [String?] { configuration.instances.map(\.address) }
        let names = Names(["127.0.0.1", "127.0.0.2"])
        let keeper = AddressKeeper(names.lookUp, time: .live)
        let own = try configuration("boxes.internal")
        #expect(places(await keeper.prepare(own)) == ["127.0.0.1", "127.0.0.2"])
        await keeper.follow(own)
        // The name server says nothing from here on.
        names.say([])
        _ = await keeper.prepare(try configuration("others.internal"))
        #expect(places(await keeper.discovered(own)) == ["127.0.0.1", "127.0.0.2"])
        let lower = try configuration("boxes.internal", ", max_addresses: 1")
        #expect(places(await keeper.prepare(lower)) == ["127.0.0.1"])
        // Neither of them has come to be in force.
        await keeper.follow(own)
        #expect(places(await keeper.discovered(own)) == ["127.0.0.1", "127.0.0.2"])
        _ = await keeper.prepare(lower)
        await keeper.follow(lower)
        #expect(places(await keeper.discovered(lower)) == ["127.0.0.1"])
    }
}
