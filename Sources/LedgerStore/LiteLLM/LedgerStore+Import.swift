public import Ledger

extension LedgerStore {
    /// Writes what an import takes over. What was spent comes first: an import that was ended in between is made whole by the
    /// next one, and adds nothing twice.
    public func take(_ taken: LiteLLMImport, origin: UInt64, at now: WallTime) async throws(StoreError) {
        if !taken.changes.isEmpty || !taken.sums.isEmpty {
            // Opens a store that is made with its first change.
            try await apply([], audit: [])
            try await write(LedgerBatch(id: BatchID(origin: origin, number: 1), entries: [], sums: taken.sums))
            let audit = taken.changes.map { change in
                AuditEntry(
                    at: now, actor: "import-litellm", action: "created", kind: change.kind, object: change.object)
            }
            try await apply(taken.changes, audit: audit)
        }
    }
}
