import Glibc

/// The right to be the one gateway of a ledger's file, as long as it lives: two would enforce every budget twice.
///
/// A lock on a file of its own, since to close one's second handle on SQLite's file drops SQLite's locks. The system takes it away
/// from a process that is killed.
final class FileClaim: Sendable {
    private let file: Int32

    /// Claims a ledger's file.
    init(_ path: String) throws(StoreError) {
        let name = path + "-claim"
        file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            let (reason, advice): (StoreError.Reason, String) =
                switch errno {
                case EROFS: (.readOnly, "it may not be written: name a file elsewhere in drover.store")
                case ENOSPC, EDQUOT: (.full, "the disk is full: make room")
                default:
                    (
                        .unreachable,
                        "it cannot be opened: make its folder and give the gateway's user the right to write there"
                    )
                }
            throw StoreError(reason, "\(name): \(advice) (\(String(cString: strerror(errno))))")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw StoreError(
                .claimed,
                "\(path): another gateway keeps its ledger in this file: end it, or name another file in drover.store")
        }
    }

    // An error of `init` ends here too.
    deinit { if file >= 0 { close(file) } }
}
