import SQLite

extension StoreError {
    /// What SQLite's error means for the ledger in this file.
    init(_ error: SQLiteError, path: String) {
        let (reason, advice): (Reason, String) =
            switch error.reason {
            case .full: (.full, "the disk is full: make room")
            case .busy: (.locked, "another process holds its lock: end that process")
            case .readOnly:
                (.readOnly, "it may not be written: give the gateway's user the right to write the file and its folder")
            case .corrupt:
                (
                    .damaged,
                    "it is damaged or is no ledger: move it away together with \(path)-wal and \(path)-shm, and put a copy "
                        + "in its place, or none to begin anew; `sqlite3 FILE .recover` saves what can be read"
                )
            case .cannotOpen:
                (
                    .unreachable,
                    "it cannot be opened: make its folder and give the gateway's user the right to write there"
                )
            case .inputOutput: (.inputOutput, "the system failed to read or write it: look after the disk")
            case .constraint, .fault: (.fault, "a statement failed")
            }
        self.init(reason, "\(path): \(advice) (\(error))")
    }
}
