import PostgreSQL

extension StoreError {
    /// What PostgreSQL's error means for the ledger on this server.
    init(_ error: PostgreSQLError, server: String) {
        if error.reason == .address {
            self.init(.fault, error.message)
            return
        }
        let (reason, advice): (Reason, String) =
            switch error.reason {
            case .noLibrary: (.noServer, "the library is missing")
            case .unreachable:
                (
                    .noServer,
                    "the server is not there or lets nobody in: look after it, and at the address in drover.store"
                )
            case .conflict: (.locked, "another session was in the way")
            case .full: (.full, "the server's disk is full: make room")
            case .readOnly: (.readOnly, "the server only reads: name the one that writes")
            case .constraint, .fault, .address: (.fault, "a statement failed")
            }
        self.init(reason, "\(server): \(advice) (\(error))")
    }
}
