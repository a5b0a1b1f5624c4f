import Balancer
import Gateway
import NIOCore
import TestSupport
import Testing

/// Models that are full or out while another stands in, and the way back when none does.
@Suite struct PassingOverTests {
    typealias Model = ModelsRig.Model

    private static func rig(
        _ first: Model = Model(name: "llama3", inside: [true]), _ others: Model..., retries: Int = 0
    ) -> ModelsRig {
        var models = [first] + (others.isEmpty ? [Model(name: "smart", inside: [true])] : others)
        if models[0].rules.fallbacks.general.isEmpty {
            models[0].rules.fallbacks.general = models.dropFirst().map(\.name)
        }
        return ModelsRig(models, retries: retries)
    }

    /// An instance's answer of this status, as seen by an exchange that was sent there.
    private static func answer(
        _ exchange: inout Exchange, _ status: Int, retryAfter: Int? = nil, text: String = "no", _ rig: ModelsRig
    ) -> Exchange.Action {
        _ = exchange.upstreamHead(status: status, retryAfterSeconds: retryAfter, at: rig.clock.now)
        let body = status == 200 ? ExchangeRig.whole : "{\"error\":\"\(text)\"}"
        _ = exchange.upstreamBytes(ByteBuffer(string: body), at: rig.clock.now)
        return exchange.upstreamEnded(at: rig.clock.now)
    }

    @Test(
        arguments: [
            (429, 20, "slow down"), (529, nil, "overloaded"), (503, nil, "server busy"), (503, 20, "no"),
            (504, 20, "no"),
        ] as [(Int, Int?, String)])
    func `while the first asks for a pause its fallback is sent to at once, and the first is not asked`(
        status: Int, seconds: Int?, text: String
    ) {
        let rig = Self.rig()
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        #expect(Self.answer(&first, status, retryAfter: seconds, text: text, rig).sentTo == 1)
        first.clientLeft(at: rig.clock.now)
        for _ in 0..<3 {
            var next = rig.exchange("llama3")
            #expect(next.begin(at: rig.clock.now).sentTo == 1)
            #expect(Self.answer(&next, 200, rig).isFinish)
            #expect(next.record.queueNanoseconds == 0 && next.record.fallbacks == 1)
        }
        #expect(rig.balancer.snapshot().deployments[0].requests == 1)
    }

    @Test(arguments: [true, false])
    func `when a pause is over the first good head brings all of them back from the fallback`(stream: Bool) {
        let rig = Self.rig()
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        #expect(Self.answer(&first, 429, retryAfter: 1, rig).sentTo == 1)
        first.clientLeft(at: rig.clock.now)
        rig.clock.advance(by: .milliseconds(1_100))
        var slow = rig.exchange("llama3", stream: stream)
        #expect(slow.begin(at: rig.clock.now).sentTo == 0)
        var second = rig.exchange("llama3")
        #expect(second.begin(at: rig.clock.now).sentTo == 1)
        second.clientLeft(at: rig.clock.now)
        _ = slow.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        for _ in 0..<3 {
            var next = rig.exchange("llama3")
            #expect(next.begin(at: rig.clock.now).sentTo == 0)
            next.clientLeft(at: rig.clock.now)
        }
        slow.clientLeft(at: rig.clock.now)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test(arguments: [Model(name: "llama3", inside: [true], rpm: 1), Model(name: "llama3", inside: [true], tpm: 1)])
    func `a spent minute falls back at once`(model: Model) {
        let rig = Self.rig(model)
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        first.clientLeft(at: rig.clock.now)
        var next = rig.exchange("llama3")
        #expect(next.begin(at: rig.clock.now).sentTo == 1)
        next.clientLeft(at: rig.clock.now)
    }

    @Test func `a cap falls back at once`() {
        let rig = Self.rig(Model(name: "llama3", inside: [true], cap: 1))
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var next = rig.exchange("llama3")
        #expect(next.begin(at: rig.clock.now).sentTo == 1)
        var third = rig.exchange("llama3", more: ",\"disable_fallbacks\":true")
        #expect(third.begin(at: rig.clock.now).asked != nil, "it has no fallbacks, so it waits")
        third.clientLeft(at: rig.clock.now)
        next.clientLeft(at: rig.clock.now)
        first.clientLeft(at: rig.clock.now)
    }

    @Test func `where all are at their caps the request waits for the model that it asked for`() throws {
        let rig = Self.rig(
            Model(name: "llama3", inside: [true], cap: 1), Model(name: "smart", inside: [true], cap: 1))
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var second = rig.exchange("llama3")
        #expect(second.begin(at: rig.clock.now).sentTo == 1)
        var last = rig.exchange("llama3")
        let action = last.begin(at: rig.clock.now)
        guard case .wait(let model, let ask) = action else { return #expect(Bool(false), "both are full") }
        #expect(model == ModelID(index: 0))
        #expect(Self.answer(&first, 200, rig).isFinish)
        #expect(last.granted(try rig.balancer.pick(model, ask), at: rig.clock.now).sentTo == 0)
        #expect(Self.answer(&last, 200, rig).isFinish)
        second.clientLeft(at: rig.clock.now)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test func `a cap of the model asked for is waited for rather than a pause of its fallback`() {
        let rig = Self.rig(Model(name: "llama3", inside: [true], cap: 1))
        var paused = rig.exchange("smart")
        _ = paused.begin(at: rig.clock.now)
        _ = Self.answer(&paused, 429, retryAfter: 10, rig)
        paused.clientLeft(at: rig.clock.now)
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var next = rig.exchange("llama3")
        guard case .wait(let model, _) = next.begin(at: rig.clock.now) else {
            return #expect(Bool(false), "both are full")
        }
        #expect(model == ModelID(index: 0))
        next.clientLeft(at: rig.clock.now)
        first.clientLeft(at: rig.clock.now)
    }

    /// A request at the end of the queues that it stands in, as its lane puts it there.
    private static func queue(
        _ exchange: inout Exchange, _ action: Exchange.Action, in box: LeaseBox, _ rig: ModelsRig
    ) throws -> [ModelID] {
        guard case .wait(let model, let ask) = action else { throw PickError.unknownModel }
        let also = exchange.alsoWaits(at: rig.clock.now)
        _ = try rig.balancer.wait(for: model, ask, also: also) { lease in box.put(lease, as: 0) }
        return [model] + also.map(\.model)
    }

    @Test(arguments: [true, false])
    func `a pause that ends before a place opens under the cap of the fallback is waited for too`(
        isFirstPaused: Bool
    ) async throws {
        let caps = isFirstPaused ? [nil, 1] : [1, nil]
        let rig = Self.rig(
            Model(name: "llama3", inside: [true], cap: caps[0]), Model(name: "smart", inside: [true], cap: caps[1]))
        let (paused, capped) = isFirstPaused ? ("llama3", "smart") : ("smart", "llama3")
        for end in [true, false] {
            var first = rig.exchange(paused, more: ",\"disable_fallbacks\":true")
            #expect(first.begin(at: rig.clock.now).sentTo == (isFirstPaused ? 0 : 1))
            _ = Self.answer(&first, 429, retryAfter: 5, rig)
            var holder = rig.exchange(capped)
            _ = holder.begin(at: rig.clock.now)
            let box = LeaseBox()
            var next = rig.exchange("llama3")
            let action = next.begin(at: rig.clock.now)
            #expect(Set(try Self.queue(&next, action, in: box, rig)) == [ModelID(index: 0), ModelID(index: 1)])
            #expect(rig.balancer.snapshot().waiting == 1)
            if end {
                rig.clock.advance(by: .seconds(5))
                await rig.balancer.observe(.good(isFirstPaused ? 0 : 1))
            } else {
                holder.clientLeft(at: rig.clock.now)
            }
            let lease = try box.take(0)
            let place = isFirstPaused == end ? 0 : 1
            #expect(next.granted(lease, at: rig.clock.now).sentTo == place)
            #expect(Self.answer(&next, 200, rig).isFinish)
            #expect(next.record.model == 0 && next.record.deployment == place)
            holder.clientLeft(at: rig.clock.now)
            #expect(rig.balancer.snapshot().inFlight == 0 && rig.balancer.snapshot().waiting == 0)
        }
    }

    @Test func `one that waits at two and fails where it was served first is tried at the other, once`() async throws {
        let rig = Self.rig(
            Model(name: "llama3", inside: [true]), Model(name: "smart", inside: [true], cap: 1))
        var first = rig.exchange("llama3", more: ",\"disable_fallbacks\":true")
        _ = first.begin(at: rig.clock.now)
        _ = Self.answer(&first, 429, retryAfter: 5, rig)
        var holder = rig.exchange("smart")
        _ = holder.begin(at: rig.clock.now)
        let box = LeaseBox()
        var next = rig.exchange("llama3")
        let action = next.begin(at: rig.clock.now)
        _ = try Self.queue(&next, action, in: box, rig)
        rig.clock.advance(by: .seconds(5))
        await rig.balancer.observe(.good(0))
        let lease = try box.take(0)
        #expect(next.granted(lease, at: rig.clock.now).sentTo == 0)
        holder.clientLeft(at: rig.clock.now)
        #expect(Self.answer(&next, 500, rig).sentTo == 1)
        let told = Self.answer(&next, 500, rig).bytes
        #expect(told?.hasPrefix("HTTP/1.1 502") == true)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test func `what must stay inside waits in no queue of a cloud`() async throws {
        let rig = Self.rig(
            Model(name: "llama3", inside: [false]), Model(name: "smart", inside: [true], cap: 1))
        var paused = rig.exchange("llama3", more: ",\"disable_fallbacks\":true")
        _ = paused.begin(at: rig.clock.now)
        _ = Self.answer(&paused, 429, retryAfter: 5, rig)
        var holder = rig.exchange("smart")
        _ = holder.begin(at: rig.clock.now)
        for isLocal in [false, true] {
            var next = rig.exchange("llama3", localOnly: isLocal)
            let action = next.begin(at: rig.clock.now)
            let box = LeaseBox()
            let queues = try Self.queue(&next, action, in: box, rig)
            #expect(queues == (isLocal ? [ModelID(index: 1)] : [ModelID(index: 1), ModelID(index: 0)]))
            next.clientLeft(at: rig.clock.now)
        }
        holder.clientLeft(at: rig.clock.now)
    }

    @Test func `slots that are all at work are no limit: the request waits`() {
        let rig = Self.rig(Model(name: "llama3", inside: [true], strategy: "soonest", slots: 1))
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var next = rig.exchange("llama3")
        #expect(next.begin(at: rig.clock.now).asked != nil)
        next.clientLeft(at: rig.clock.now)
        first.clientLeft(at: rig.clock.now)
    }

    @Test func `overflow says otherwise: a limit that opens before it is waited for`() {
        var model = Model(name: "llama3", inside: [true], rpm: 1)
        model.rules.overflow = Overflow(model: "smart", after: .seconds(61), takesEmbeddings: false)
        let patient = Self.rig(model)
        model.rules.overflow?.after = .seconds(59)
        let hasty = Self.rig(model)
        for (rig, waits) in [(patient, true), (hasty, false)] {
            var first = rig.exchange("llama3")
            #expect(first.begin(at: rig.clock.now).sentTo == 0)
            first.clientLeft(at: rig.clock.now)
            var next = rig.exchange("llama3")
            let action = next.begin(at: rig.clock.now)
            #expect(waits ? action.asked != nil : action.sentTo == 1)
            next.clientLeft(at: rig.clock.now)
        }
    }

    @Test func `when the fallback fails, the request comes back and waits for what opens in time`() {
        let rig = Self.rig(Model(name: "llama3", inside: [true], cap: 1))
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var next = rig.exchange("llama3")
        #expect(next.begin(at: rig.clock.now).sentTo == 1)
        #expect(Self.answer(&next, 500, rig).asked != nil)
        first.clientLeft(at: rig.clock.now)
        #expect(rig.balancer.snapshot().inFlight == 0)
        next.clientLeft(at: rig.clock.now)
        #expect(next.record.attempts == 1 && next.record.fallbacks == 1)
    }

    @Test func `of two that are limited the one that opens first is waited for`() {
        let rig = Self.rig(
            Model(name: "llama3", inside: [true]), Model(name: "smart", inside: [true]))
        for (box, seconds) in [(0, 20), (1, 10)] {
            var request = rig.exchange(box == 0 ? "llama3" : "smart")
            _ = request.begin(at: rig.clock.now)
            _ = Self.answer(&request, 429, retryAfter: seconds, rig)
            request.clientLeft(at: rig.clock.now)
        }
        var next = rig.exchange("llama3")
        guard let ask = next.begin(at: rig.clock.now).asked else { return #expect(Bool(false), "both are paused") }
        #expect(ask.mostWait == .seconds(30))
        #expect(next.record.fallbacks == 0)
        rig.clock.advance(by: .seconds(11))
        if let lease = try? rig.balancer.pick(ModelID(index: 1), ask) {
            #expect(next.granted(lease, at: rig.clock.now).sentTo == 1)
        }
        next.clientLeft(at: rig.clock.now)
    }

    @Test func `when neither opens in time the refusal says when the first does`() {
        let rig = Self.rig()
        for (name, seconds) in [("llama3", 400), ("smart", 900)] {
            var request = rig.exchange(name, more: ",\"disable_fallbacks\":true")
            _ = request.begin(at: rig.clock.now)
            _ = Self.answer(&request, 429, retryAfter: seconds, rig)
        }
        var next = rig.exchange("llama3")
        let told = next.begin(at: rig.clock.now).bytes
        #expect(told?.hasPrefix("HTTP/1.1 429") == true && told?.contains("retry-after: 400\r\n") == true)
        #expect(told?.contains("rate_limit_exceeded") == true && told?.contains("pause") == true)
    }

    /// A box whose breaker has opened: it takes requests and does not answer.
    private static func trip(_ rig: ModelsRig, _ model: String = "llama3") {
        for _ in 0..<5 {
            var request = rig.exchange(model, more: ",\"disable_fallbacks\":true")
            _ = request.begin(at: rig.clock.now)
            rig.clock.advance(by: .seconds(601))
            _ = request.timeUp(at: rig.clock.now)
            request.clientLeft(at: rig.clock.now)
        }
    }

    @Test func `a box that is out is spared while its fallback stands in`() {
        let rig = Self.rig()
        for _ in 0..<5 {
            var request = rig.exchange("llama3")
            #expect(request.begin(at: rig.clock.now).sentTo == 0)
            rig.clock.advance(by: .seconds(601))
            #expect(request.timeUp(at: rig.clock.now).sentTo == 1)
            request.clientLeft(at: rig.clock.now)
        }
        for _ in 0..<9 {
            var request = rig.exchange("llama3")
            #expect(request.begin(at: rig.clock.now).sentTo == 1)
            request.clientLeft(at: rig.clock.now)
        }
        #expect(rig.balancer.snapshot().deployments[0].requests == 5)
    }

    @Test func `a box that is out is tried when its fallback has failed, and when it has none`() {
        let rig = Self.rig()
        Self.trip(rig)
        var request = rig.exchange("llama3")
        #expect(request.begin(at: rig.clock.now).sentTo == 1)
        #expect(Self.answer(&request, 500, rig).sentTo == 0)
        #expect(Self.answer(&request, 200, rig).isFinish)

        let sole = ModelsRig([Model(name: "llama3", inside: [true])], retries: 0)
        Self.trip(sole)
        var alone = sole.exchange("llama3")
        #expect(alone.begin(at: sole.clock.now).sentTo == 0)
        alone.clientLeft(at: sole.clock.now)
    }

    @Test func `when all are out each is tried once, and then the client is told`() {
        let rig = Self.rig()
        Self.trip(rig)
        Self.trip(rig, "smart")
        var request = rig.exchange("llama3")
        let played = rig.play(&request) { _ in .status500 }
        #expect(Set(played.instances) == [0, 1] && played.instances.count == 2)
        #expect(played.answer.hasPrefix("HTTP/1.1 502"))
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test func `a sole limited deployment refuses at once, with the limit and the true time`() {
        let rig = ModelsRig([Model(name: "llama3", inside: [true], rpm: 1)], retries: 2)
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        first.clientLeft(at: rig.clock.now)
        rig.clock.advance(by: .seconds(6))
        var next = rig.exchange("llama3")
        let told = next.begin(at: rig.clock.now).bytes
        #expect(told?.hasPrefix("HTTP/1.1 429") == true && told?.contains("retry-after: 54\r\n") == true)
        #expect(told?.contains("rpm limit is reached") == true)
        rig.clock.advance(by: .seconds(30))
        var patient = rig.exchange("llama3")
        #expect(patient.begin(at: rig.clock.now).asked != nil, "24 s fit into the 30 s that it may wait")
        patient.clientLeft(at: rig.clock.now)
        var hasty = rig.exchange("llama3", timeout: 5)
        #expect(hasty.begin(at: rig.clock.now).bytes?.contains("retry-after: 24\r\n") == true)
    }

    @Test(arguments: [0, 2])
    func `a pause of a day is not waited for, nor tried again before its time`(retries: Int) {
        let rig = ModelsRig([Model(name: "llama3", inside: [true])], retries: retries)
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        for told in [Self.answer(&first, 429, retryAfter: 86_400, rig).bytes]
            + (0..<2).map({ _ in
                var next = rig.exchange("llama3")
                return next.begin(at: rig.clock.now).bytes
            })
        {
            #expect(told?.hasPrefix("HTTP/1.1 429") == true && told?.contains("retry-after: 86400\r\n") == true)
        }
        #expect(rig.balancer.snapshot().deployments[0].requests == 1)
    }

    @Test func `a wait in vain names the limit that was in the way`() {
        let rig = ModelsRig([Model(name: "llama3", inside: [true], cap: 1)])
        var first = rig.exchange("llama3")
        _ = first.begin(at: rig.clock.now)
        var next = rig.exchange("llama3")
        #expect(next.begin(at: rig.clock.now).asked != nil)
        rig.clock.advance(by: .seconds(30))
        let told = next.timeUp(at: rig.clock.now).bytes
        #expect(told?.contains("no place became free within 30 s") == true)
        #expect(told?.contains("max_parallel_requests") == true)
        first.clientLeft(at: rig.clock.now)
    }
}
