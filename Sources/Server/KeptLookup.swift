import Balancer
import Dialects
import Gateway

extension ServerContext {
    /// Those of these answers that there are for a client, here or in the database that gateways share, and their part of the memory
    /// that bodies may have, which is held until this is gone.
    func kept(
        _ ids: [String], of owner: ResponseOwner
    ) async throws(GatewayError) -> (answers: [KeptResponse], memory: MemoryHold?) {
        var answers: [KeptResponse] = []
        var missing: [String] = []
        for id in ids {
            if let kept = responses.find(id, of: owner, at: time.now()) {
                answers.append(kept.response)
            } else if responses.mayBeElsewhere(id, of: owner) {
                missing.append(id)
            }
        }
        guard let recall, !missing.isEmpty else { return (answers, nil) }
        switch await recall.find(missing, of: owner) {
        case .success(let found): return (answers + found.answers.map(\.response), found.memory)
        case .failure(let fault): throw fault.refusal
        }
    }
}
