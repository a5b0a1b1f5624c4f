import Balancer
import Testing

@testable import Server
@testable import ServerRig

@Suite struct IdleQueueTests {
    private func wait(_ seconds: Int, hasBegun: Bool = false) -> IdleQueue.Wait {
        IdleQueue.Wait(hasBegun: hasBegun, since: .zero + .seconds(seconds))
    }

    @Test func `the longest idle goes first, and half a head after all that have none`() {
        let all = [("b", wait(2)), ("h", wait(0, hasBegun: true)), ("a", wait(1)), ("i", wait(1, hasBegun: true))]
        let order = IdleQueue.longest(all).reversed().map(\.0)
        #expect(order == ["a", "b", "h", "i"])
        #expect(IdleQueue.longest(all, most: 2).map(\.0) == ["b", "a"])
    }

    @Test func `a connection waits while it has no request`() {
        let rig = ConnectionRig(.holds)
        rig.wait(3)
        #expect(rig.state.wait == wait(0))
        rig.send("POST /v1/chat")
        #expect(rig.state.wait == wait(3, hasBegun: true))
        rig.send(String(Wire.chat().dropFirst(13)))
        #expect(rig.state.wait == nil)
        rig.wait(2)
        rig.answer()
        #expect(rig.state.wait == wait(5))
        rig.send(String(Wire.chat("{123}").dropLast(2)))
        #expect(rig.state.wait == nil, "a body that comes is a request")
    }

    @Test func `so does one behind the full parser`() {
        let rig = ConnectionRig()
        rig.send(Wire.get("/pool"))
        #expect(rig.parts?.wait == nil)
        rig.wait(2)
        rig.routerAnswers()
        #expect(rig.parts?.wait == wait(2))
        rig.send("GET /po")
        #expect(rig.parts?.wait == wait(2, hasBegun: true))
    }
}
