import Dialects

/// The models a request may still fall back to. No model is tried twice, so lists that lead in a circle end.
struct FallbackPlan {
    /// Fallbacks begun so far.
    private(set) var taken = 0
    /// Models passed over because the request must stay inside.
    private(set) var refused = 0
    /// Models passed over because they only make embeddings, which was not asked for.
    private(set) var unfit: [String] = []
    private var queue: [String] = []
    private var seen: Set<String> = []
    /// A model has failed and another taken its place; an overflow is no failure. Until then the request's own list counts.
    private var hasFallen = false
    private let wishes: RoutingWishes
    private let most: Int
    private let work: Work

    /// - Parameters:
    ///   - wishes: what the request itself says.
    ///   - most: fallbacks that one request may take (`max_fallbacks`).
    ///   - work: what the request asks for.
    init(wishes: RoutingWishes, most: Int, work: Work) {
        self.wishes = wishes
        self.most = most
        self.work = work
    }

    /// Whether a model can do what is asked for at all.
    private func fits(_ target: RouteTable.Route) -> Bool { work == .embedding || !target.makesEmbeddingsOnly }

    /// Neither fallbacks nor an overflow are wanted.
    var isDisabled: Bool { wishes.disablesFallbacks }

    /// The model that comes next after a failure of `route`; nil when there is none.
    ///
    /// The failing model's own fallbacks come before the rest of the models before it, as with LiteLLM.
    mutating func next(
        after failure: FailureClass, of route: RouteTable.Route, in table: RouteTable, confinement: Confinement
    ) -> RouteTable.Route? {
        guard !isDisabled else { return nil }
        let own = hasFallen ? nil : wishes.fallbacks.map { failure == .badRequest ? [] : $0 }
        queue = (own ?? route.rules.fallbacks.targets(after: failure)) + queue
        seen.insert(route.name)
        while taken < most, !queue.isEmpty {
            let name = queue.removeFirst()
            guard let target = table.route(name), seen.insert(target.name).inserted else { continue }
            guard fits(target) else {
                unfit.append(target.name)
                continue
            }
            guard confinement.isEmpty || table.hasLocal(target.model) else {
                refused += 1
                continue
            }
            taken += 1
            hasFallen = true
            return target
        }
        return nil
    }

    /// The model to which `route` overflows, if this request may go there.
    func overflow(
        of route: RouteTable.Route, in table: RouteTable, confinement: Confinement
    ) -> RouteTable.Route? {
        guard !isDisabled, taken < most, let overflow = route.rules.overflow, let target = table.route(overflow.model),
            overflow.takesEmbeddings || work != .embedding, target.name != route.name, !seen.contains(target.name),
            fits(target), confinement.isEmpty || table.hasLocal(target.model)
        else { return nil }
        return target
    }

    /// The request goes to where `route` overflows; should that fail, the fallbacks of `route` are still there.
    mutating func took(overflow target: RouteTable.Route, of route: RouteTable.Route) {
        if taken == 0, wishes.fallbacks == nil { queue = route.rules.fallbacks.general }
        seen.insert(route.name)
        seen.insert(target.name)
        taken += 1
    }
}
