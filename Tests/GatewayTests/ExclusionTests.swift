import Balancer
import Dialects
import TestSupport
import Testing

@testable import Gateway

@Suite struct ExclusionTests {
    typealias Model = ModelsRig.Model

    private static func exclusion(
        _ model: Model, tags: [String] = [], promptTokens: Int = 1, confinement: Confinement = []
    ) -> Exclusion {
        let rig = ModelsRig([model])
        return Exclusion(
            rig.routes.route(model.name)!, in: rig.routes, tags: tags, promptTokens: promptTokens,
            confinement: confinement)
    }

    @Test func `without restrictions nothing is left out`() {
        let exclusion = Self.exclusion(Model(name: "m", inside: [true, false], maxInputTokens: 0))
        #expect(exclusion.deployments.isEmpty && exclusion.reason == nil)
    }

    @Test func `the fence leaves out every cloud, and is the reason where nothing else is there`() {
        let mixed = Self.exclusion(Model(name: "m", inside: [true, false, true, false]), confinement: .header)
        #expect(mixed.deployments == [DeploymentID(index: 1), DeploymentID(index: 3)] && mixed.reason == nil)
        #expect(Self.exclusion(Model(name: "m", inside: [false]), confinement: .header).reason == .fence)
    }

    @Test func `of several reasons the first is told`() {
        var rules = RouteRules.none
        rules.checksContext = true
        rules.tagFilter = TagFilter(matchesAny: true)
        let model = Model(name: "m", inside: [true], rules: rules, maxInputTokens: 10, tags: ["free"])
        #expect(Self.exclusion(model, tags: ["paid"], promptTokens: 11).reason == .tags)
        #expect(Self.exclusion(model, tags: ["free"], promptTokens: 11).reason == .context(largest: 10))
        #expect(Self.exclusion(model, tags: ["free"], promptTokens: 10).reason == nil)
        var cloud = model
        cloud.inside = [false]
        #expect(Self.exclusion(cloud, tags: ["paid"], promptTokens: 11, confinement: .key).reason == .fence)
    }

    // MARK: What turns out later

    private static func remote(_ instance: Int) -> ProbeReport {
        .good(instance, tags: [KnownTag(name: "m:latest", digest: "", size: 0, isRemote: true)])
    }

    @Test func `a tag that a box passes on to a cloud is not for what must stay, whatever the tag is called`() async {
        let rig = ModelsRig([Model(name: "m", inside: [true, true])])
        await rig.balancer.observe(Self.remote(0))
        for _ in 0..<20 {
            var confined = rig.exchange("m", localOnly: true)
            let played = rig.play(&confined) { _ in nil }
            #expect(played.instances == [1] && played.answer.hasPrefix("HTTP/1.1 200"))
        }
        await rig.balancer.observe(Self.remote(1))
        var confined = rig.exchange("m", localOnly: true)
        let played = rig.play(&confined) { _ in nil }
        #expect(played.instances.isEmpty)
        #expect(played.answer.hasPrefix("HTTP/1.1 403") && played.answer.contains(#""code":"local_only""#))
        #expect(confined.record.fenceRefusals == 2 && confined.record.attempts == 0)
        var free = rig.exchange("m")
        #expect(rig.play(&free) { _ in nil }.answer.hasPrefix("HTTP/1.1 200"))
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test func `what must stay waits for a box's first list of tags`() async {
        let rig = ModelsRig([Model(name: "m", inside: [true])], probes: true)
        var confined = rig.exchange("m", localOnly: true)
        #expect(confined.begin(at: rig.clock.now).isPause)
        rig.clock.advance(by: .milliseconds(50))
        #expect(confined.timeUp(at: rig.clock.now).isPause)
        await rig.balancer.observe(
            .good(0, tags: [KnownTag(name: "m:latest", digest: "", size: 0, isRemote: false)]))
        rig.clock.advance(by: .milliseconds(50))
        #expect(confined.timeUp(at: rig.clock.now).sentTo == 0)
        confined.clientLeft(at: rig.clock.now)
        // Whoever may leave does not wait.
        let other = ModelsRig([Model(name: "m", inside: [true])], probes: true)
        var free = other.exchange("m")
        #expect(free.begin(at: other.clock.now).sentTo == 0)
        free.clientLeft(at: other.clock.now)
        #expect(rig.balancer.snapshot().inFlight == 0 && other.balancer.snapshot().inFlight == 0)
    }

    @Test func `what must stay is refused where the first list says that the tag is passed on, or never comes`() async {
        let rig = ModelsRig([Model(name: "m", inside: [true])], probes: true)
        var passedOn = rig.exchange("m", localOnly: true)
        #expect(passedOn.begin(at: rig.clock.now).isPause)
        await rig.balancer.observe(Self.remote(0))
        rig.clock.advance(by: .milliseconds(50))
        #expect(passedOn.timeUp(at: rig.clock.now).bytes?.contains(#""code":"local_only""#) == true)

        let silent = ModelsRig([Model(name: "m", inside: [true])], probes: true)
        var waiting = silent.exchange("m", localOnly: true)
        var action = waiting.begin(at: silent.clock.now)
        var pauses = 0
        while action.isPause {
            pauses += 1
            silent.clock.advance(by: .milliseconds(50))
            action = waiting.timeUp(at: silent.clock.now)
        }
        #expect(pauses == 60)
        let answer = action.bytes ?? ""
        #expect(answer.hasPrefix("HTTP/1.1 503") && answer.contains("box-0 has not listed its tags"))
        #expect(waiting.record.attempts == 0 && silent.balancer.snapshot().inFlight == 0)
    }

    @Test func `what must stay is refused at once where a probe has come and listed nothing`() async {
        let rig = ModelsRig([Model(name: "m", inside: [true])], probes: true)
        await rig.balancer.observe(.bad(0, "timed out"))
        var confined = rig.exchange("m", localOnly: true)
        #expect(confined.begin(at: rig.clock.now).bytes?.hasPrefix("HTTP/1.1 503") == true)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test func `a box that has listed its tags is used before one that has not`() async {
        let rig = ModelsRig([Model(name: "m", inside: [true, true])], probes: true)
        await rig.balancer.observe(
            .good(1, tags: [KnownTag(name: "m:latest", digest: "", size: 0, isRemote: false)]))
        for _ in 0..<20 {
            var confined = rig.exchange("m", localOnly: true)
            #expect(rig.play(&confined) { _ in nil }.instances == [1])
        }
    }

    @Test func `a retry of what must stay does not go to a tag that is passed on either`() async {
        let rig = ModelsRig([Model(name: "m", inside: [true, true, true])])
        await rig.balancer.observe(Self.remote(2))
        var confined = rig.exchange("m", localOnly: true)
        let played = rig.play(&confined) { _ in .status500 }
        #expect(Set(played.instances) == [0, 1])
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test func `a cloud that the pool gains while a request waits is not for what must stay`() async throws {
        let rig = ModelsRig([Model(name: "m", inside: [true], cap: 1)])
        var busy = rig.exchange("m")
        #expect(busy.begin(at: rig.clock.now).sentTo == 0)
        var confined = rig.exchange("m", localOnly: true)
        let ask = try #require(confined.begin(at: rig.clock.now).asked)
        // As a lane does it: the larger table comes first.
        let grown = ModelsRig([Model(name: "m", inside: [true, false], cap: 1)])
        await rig.balancer.append(
            deployments: [
                DeploymentSpec(
                    id: "new", modelName: "m", upstreamModel: "ollama/m", tag: "m", listedTag: "m:latest",
                    instance: InstanceID(index: 0), weight: 1, slots: nil, maxParallel: 1, unavailable: nil,
                    breaker: BreakerSettings(
                        tripAfter: 5, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300)),
                    context: nil, order: 0, rpm: nil, tpm: nil)
            ], models: [])
        confined.use(grown.routes)
        let lease = try rig.balancer.pick(ModelID(index: 0), ask)
        #expect(lease.deployment.index == 1)
        #expect(confined.granted(lease, at: rig.clock.now).asked?.excluded == [DeploymentID(index: 1)])
        #expect(rig.balancer.snapshot().inFlight == 1)
        confined.clientLeft(at: rig.clock.now)
        busy.clientLeft(at: rig.clock.now)
        #expect(confined.record.cloudCalls == 0 && confined.record.fenceRefusals == 1)
    }
}
