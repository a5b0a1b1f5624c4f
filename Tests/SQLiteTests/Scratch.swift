import Glibc

/// A folder that is gone with the test.
final class Scratch: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/drover-sqlite-XXXXXX".utf8CString)
        path = String(cString: mkdtemp(&template))
    }

    deinit {
        for name in ["book", "book-wal", "book-shm", "book-journal"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    var book: String { "\(path)/book" }

    func mode(of file: String) -> mode_t {
        var status = stat()
        return stat(file, &status) == 0 ? status.st_mode & 0o777 : 0
    }
}
