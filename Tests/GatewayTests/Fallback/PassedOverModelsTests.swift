import Balancer
import Testing

@testable import Gateway

/// The list of models that were passed over, by itself.
@Suite struct PassedOverModelsTests {
    private static let patient = PassedOver.Patience(callers: nil, clients: nil)

    private func model(_ name: String, opens: Int?, isOut: Bool = false) -> PassedOver.Model {
        let route = RouteTable.Route(
            model: ModelID(index: 0), name: name, notBuilt: nil, needs: [], serviceClass: .default, rules: .none,
            maxWait: .seconds(30), timeout: nil)
        return PassedOver.Model(
            route: route, plan: AttemptPlan(retries: 0), opens: opens.map { .zero + .seconds($0) }, isOut: isOut)
    }

    private func list(_ models: PassedOver.Model...) -> PassedOver {
        var list = PassedOver()
        models.forEach { list.add($0) }
        return list
    }

    @Test func `the one where a place opens first is gone back to, of equals the first`() {
        var list = list(model("late", opens: 20), model("early", opens: 10), model("as early", opens: 10))
        let names = (0..<4).map { _ in list.next(Self.patient, at: .zero)?.route.name }
        #expect(names == ["early", "as early", "late", nil])
    }

    @Test func `a place that opens with an event is as good as open`() {
        var list = list(model("timed", opens: 1), model("event", opens: nil))
        #expect(list.opens(noLaterThan: .zero, Self.patient, at: .zero))
        let next = list.next(Self.patient, at: .zero)?.route.name
        #expect(next == "event")
    }

    @Test func `a place that opens too late for the model or the client is none`() {
        var list = list(model("slow", opens: 31), model("slower", opens: 40))
        let model = list.next(Self.patient, at: .zero)
        #expect(model == nil && !list.isReturning)
        let hasty = PassedOver.Patience(callers: nil, clients: .seconds(5))
        var other = self.list(self.model("soon", opens: 6))
        let none = other.next(hasty, at: .zero)
        let later = other.next(hasty, at: .zero + .seconds(2))
        #expect(none == nil && later?.route.name == "soon")
    }

    @Test func `instances that are out are tried when nothing opens, and that is need`() {
        var list = list(model("out", opens: nil, isOut: true), model("open", opens: 1))
        let first = list.next(Self.patient, at: .zero)
        #expect(first?.route.name == "open" && list.isReturning && !list.isInNeed)
        let second = list.next(Self.patient, at: .zero)
        #expect(second?.route.name == "out" && list.isInNeed)
    }

    @Test func `a request that has come back passes nothing over any more`() {
        var list = list(model("a", opens: 1))
        _ = list.next(Self.patient, at: .zero)
        list.add(model("b", opens: 1))
        #expect(list.isEmpty && list.firstOpening == nil)
    }
}
