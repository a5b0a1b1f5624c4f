import Glibc

/// Which file a name stood for when it was opened. SQLite goes on writing into one that was removed, and all of it is gone
/// with the process: better nothing is said to be written.
struct FileIdentity: Sendable {
    private let path: String
    private let device: dev_t
    private let number: ino_t

    /// Nil where there is no such file, as of a database in memory.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (self.path, device, number) = (path, status.st_dev, status.st_ino)
    }

    /// Throws where the name stands for no file, or for another one.
    func check() throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_dev == device, status.st_ino == number else {
            throw StoreError(
                .unreachable,
                "\(path): the file was removed, or another one is in its place: put it back, or start the gateway again to "
                    + "begin with what is there; nothing is written meanwhile")
        }
    }
}
