import Dashboard
import Ledger
import NIOCore

/// The dashboard's files as they are served: each under an address that changes with any of them, so that a browser may keep it
/// for ever, and the one page that names these addresses.
struct Site: Sendable {
    struct File: Sendable {
        let type: String
        let body: ByteBuffer
        /// Its `ETag`.
        let tag: String

        init(_ name: String, _ body: ByteBuffer) {
            type = Site.type(of: name)
            self.body = body
            tag = "\"\(Site.hash(of: body).prefix(32))\""
        }
    }

    /// The page that all paths of pages answer; what it shows is decided by the path, in the browser.
    let page: File
    /// A part of the files' addresses.
    let version: String
    private let files: [String: File]

    /// The paths of pages, below `/ui`.
    static let pages = ["", "pool", "requests", "playground", "keys", "usage", "config", "login", "states"]
    /// The text in the page that stands for the folder of the files.
    private static let folder = "@files"
    private static let pageName = "index.html"

    /// - Parameter contents: the files by name.
    init(_ contents: [String: ByteBuffer]) {
        let hashes = contents.map { "\($0.key) \(Self.hash(of: $0.value))\n" }.sorted().joined()
        version = String(Self.hash(of: ByteBuffer(string: hashes)).prefix(16))
        files = contents.reduce(into: [:]) { $0[$1.key] = File($1.key, $1.value) }
        let text = contents[Self.pageName].map { String(buffer: $0) } ?? ""
        page = File(
            Self.pageName, ByteBuffer(string: text.replacing(Self.folder, with: "/ui/files/\(version)")))
    }

    /// The files of the binary.
    static let embedded = Site(
        Dictionary(
            uniqueKeysWithValues: (0..<dashboard_count()).map { place in
                let file = dashboard_file(place)
                let bytes = UnsafeRawBufferPointer(start: file.bytes, count: file.length)
                return (String(cString: file.name), ByteBuffer(bytes: bytes))
            }))

    /// The file at a path below the folder of this version.
    func file(_ path: String) -> File? { path == Self.pageName ? nil : files[path] }

    private static func hash(of body: ByteBuffer) -> String { body.withUnsafeReadableBytes { KeyHash(of: $0).hex } }

    static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }
}
