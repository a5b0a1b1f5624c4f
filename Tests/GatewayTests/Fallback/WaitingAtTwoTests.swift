import Balancer
import Gateway
import NIOCore
import TestSupport
import Testing

/// A request that waits for a place at several models goes where one opens first.
@Suite struct WaitingAtTwoTests {
    typealias Model = ModelsRig.Model

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
        let rig = ModelsRig.standingIn(
            Model(name: "llama3", inside: [true], cap: caps[0]), Model(name: "smart", inside: [true], cap: caps[1]))
        let (paused, capped) = isFirstPaused ? ("llama3", "smart") : ("smart", "llama3")
        for end in [true, false] {
            var first = rig.exchange(paused, more: ",\"disable_fallbacks\":true")
            #expect(first.begin(at: rig.clock.now).sentTo == (isFirstPaused ? 0 : 1))
            _ = rig.answer(&first, 429, retryAfter: 5)
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
            #expect(rig.answer(&next, 200).isFinish)
            #expect(next.record.model == 0 && next.record.deployment == place)
            holder.clientLeft(at: rig.clock.now)
            #expect(rig.balancer.snapshot().inFlight == 0 && rig.balancer.snapshot().waiting == 0)
        }
    }

    @Test func `one that waits at two and fails where it was served first is tried at the other, once`() async throws {
        let rig = ModelsRig.standingIn(
            Model(name: "llama3", inside: [true]), Model(name: "smart", inside: [true], cap: 1))
        var first = rig.exchange("llama3", more: ",\"disable_fallbacks\":true")
        _ = first.begin(at: rig.clock.now)
        _ = rig.answer(&first, 429, retryAfter: 5)
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
        #expect(rig.answer(&next, 500).sentTo == 1)
        let told = rig.answer(&next, 500).bytes
        #expect(told?.hasPrefix("HTTP/1.1 502") == true)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test func `what must stay inside waits in no queue of a cloud`() async throws {
        let rig = ModelsRig.standingIn(
            Model(name: "llama3", inside: [false]), Model(name: "smart", inside: [true], cap: 1))
        var paused = rig.exchange("llama3", more: ",\"disable_fallbacks\":true")
        _ = paused.begin(at: rig.clock.now)
        _ = rig.answer(&paused, 429, retryAfter: 5)
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
}
