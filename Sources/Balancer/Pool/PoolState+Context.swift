/// Which context length goes with a request; see `ContextGuard`.
extension PoolState {
    /// The words of a grant about the context's length.
    struct ContextTerms {
        /// -1: as requested; 0: nothing; else tokens.
        let tokens: Int32
        /// The generation that an answer confirms; 0: nothing.
        let generation: UInt32
    }

    /// The usual case: nobody asks for a length, and the model was loaded without one.
    @inline(__always)
    mutating func contextTerms(_ request: PickRequest, on deployment: Int) -> ContextTerms {
        if request.context == nil, deployments[deployment].isContextPlain {
            return ContextTerms(tokens: 0, generation: 0)
        }
        return heldContext(request, on: deployment)
    }

    @inline(never)
    private mutating func heldContext(_ request: PickRequest, on deployment: Int) -> ContextTerms {
        guard settings.protectsContext else { return ContextTerms(tokens: -1, generation: 0) }
        let asked = request.context.map { Int32(clamping: max(0, $0)) } ?? deployments[deployment].context
        let index = Int(deployments[deployment].contextGuard)
        let before = contexts[index].generation
        let tokens = contexts[index].admit(asked)
        if contexts[index].generation != before { markPlain(index, on: instance(of: deployment)) }
        return ContextTerms(tokens: tokens, generation: contexts[index].unconfirmed)
    }

    /// The request of a grant was answered: the model is loaded with the context that it said.
    mutating func confirmContext(_ grant: Grant, at now: Moment) {
        guard grant.contextGeneration != 0 else { return }
        let index = Int(deployments[Int(grant.deployment)].contextGuard)
        contexts[index].answered(grant.contextGeneration, at: now)
        markPlain(index, on: Int(grant.instance))
    }

    /// Takes note of what an instance has in memory.
    mutating func observeContexts(_ loaded: [LoadedModel], on instance: Int, seen: Moment) {
        var cursor = first(on: instance)
        while let deployment = cursor {
            cursor = next(after: deployment)
            let index = Int(deployments[deployment].contextGuard)
            let tag = deploymentRecords[deployment].tag
            if let model = loaded.first(where: { $0.model == tag }) {
                contexts[index].observe(Int32(clamping: model.contextLength ?? 0), at: seen)
            } else if isIdle(index, on: instance) {
                contexts[index].observeAbsence(at: seen)
            }
            markPlain(index, on: instance)
        }
    }

    /// The instance was away.
    mutating func forgetContexts(on instance: Int) {
        var cursor = first(on: instance)
        while let deployment = cursor {
            cursor = next(after: deployment)
            contexts[Int(deployments[deployment].contextGuard)].cameBack()
            deployments[deployment].isContextPlain = false
        }
    }

    /// The guard of a tag on an instance: deployments of the same tag there share one.
    mutating func contextGuard(for tag: String, on instance: Int) -> Int32 {
        var cursor = first(on: instance)
        while let deployment = cursor {
            if deploymentRecords[deployment].tag == tag { return deployments[deployment].contextGuard }
            cursor = next(after: deployment)
        }
        contexts.append(ContextGuard())
        return Int32(contexts.count - 1)
    }

    private func isIdle(_ index: Int, on instance: Int) -> Bool {
        var cursor = first(on: instance)
        while let deployment = cursor {
            if Int(deployments[deployment].contextGuard) == index, deployments[deployment].inFlight > 0 { return false }
            cursor = next(after: deployment)
        }
        return true
    }

    mutating func markPlain(_ index: Int, on instance: Int) {
        let isPlain = contexts[index].isPlain && settings.protectsContext
        var cursor = first(on: instance)
        while let deployment = cursor {
            if Int(deployments[deployment].contextGuard) == index {
                deployments[deployment].isContextPlain = isPlain && deployments[deployment].context == 0
            }
            cursor = next(after: deployment)
        }
    }
}
